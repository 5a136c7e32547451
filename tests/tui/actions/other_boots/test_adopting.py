"""A model of a log's boot beside it.

Covers adopting.py.
"""

from __future__ import annotations

from pathlib import Path

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.log_replay.opening import replay_of
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.tui.session.recording import Recording, of_machine
from screens import running, text
from small_context import SmallContext

LOG = """\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd083]
[    0.000000] Linux version 6.1.90 (user@host) (aarch64-linux-gnu-gcc 12.2.0) #1 SMP
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Kernel command line: console=ttyS0
[    0.000000] Memory: 1000000K/1048576K available (9000K kernel code, 48576K reserved)
"""
WITHOUT_RAM = "Linux version 6.1.90 (user@host) (aarch64-linux-gnu-gcc 12.2.0) #1 SMP\n"


def logged(text: str = LOG) -> Recording:
    """A log, opened."""
    return Recording(replay_of(log_of_text(text, "my dmesg.txt")))


async def test_a_log_is_adopted_in_one_step_and_what_ifs_work_on_what_comes_of_it(tmp_path: Path) -> None:
    context = SmallContext(logged)
    first = context.session
    await context.command(f"adopt {tmp_path / 'board'}")
    assert context.session is not first and context.session is not None
    assert (tmp_path / "board" / "machine.toml").is_file()
    assert context.session.facts.can.what_if
    assert context.session.facts.release.series == (6, 1)
    await context.command("whatif add mem=600M")
    assert context.status.badge == "what if: mem=600M"


async def test_a_log_that_becomes_no_machine_is_kept_and_the_reason_told(tmp_path: Path) -> None:
    context = SmallContext(lambda: logged(WITHOUT_RAM))
    first = context.session
    await context.command(f"adopt {tmp_path / 'board'}")
    assert context.session is first
    assert not (tmp_path / "board").exists()


async def test_what_is_no_log_is_not_adopted(tmp_path: Path) -> None:
    context = SmallContext(lambda: of_machine(read_machine("virt-1g")))
    assert context.session is not None
    outcome = context.session.commands.execute(f"adopt {tmp_path / 'board'}")
    assert outcome.error and "this is none" in outcome.text


async def test_v_on_a_log_asks_where_its_machine_is_to_be_written() -> None:
    async with running(logged) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        assert "adopt my-dmesg-machine" in text(app)
