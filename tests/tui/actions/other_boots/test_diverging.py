"""To the first divergence of two boots beside each other: the command ``diverge``, the pane of both.

Covers tui/panes/both/parting.py, tui/panes/both/differing.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.trace.events import Kind
from bootstep.tui.session.recording import Recording, of_machine
from screens import WIDE, command, running, text
from small_context import SmallContext

LOG = """\
Linux version 6.1.0 (us@here) (gcc) #1 SMP
Zone ranges:
  DMA      [mem 0x0000000040000000-0x000000007fffffff]
Early memory node ranges
  node   0: [mem 0x0000000040000000-0x000000007fffffff]
"""


def shipped() -> Recording:
    return of_machine(read_machine("virt-512m"))


def logged() -> Recording:
    log = log_of_text(LOG, "log.txt")
    facts = Facts("log.txt", kind="a kernel log", can=Capabilities(what_if=False, page_tables=False))
    return Recording(LogReplay(log, understand(log.lines), facts))


async def test_both_boots_go_to_the_call_that_only_one_of_them_makes() -> None:
    context = SmallContext(shipped)
    await context.command("diff virt-2g-numa2", "diverge")
    assert context.snapshot is not None and context.snapshot.other is not None
    held = context.snapshot.other.comparison.held
    assert held is not None and held.divergence is not None
    left, right = held.divergence.positions
    assert context.snapshot.position == right
    assert context.snapshot.other.answers.position == left
    assert context.snapshot.trace.kind(right - 1) == Kind.ENTER
    assert context.snapshot.trace.function(right - 1).name == "early_init_dt_add_memory_arch"
    assert context.snapshot.other.note == ""
    await context.command("next")
    assert context.snapshot.position > right


async def test_diverge_tells_all_about_it() -> None:
    context = SmallContext(shipped)
    await context.command("diff virt-2g-numa2", "diverge tell")
    assert context.snapshot is not None
    assert context.snapshot.position == 0
    told = [line for line in context.transcript.lines if "early_init_dt_scan_memory" in line]
    assert told[0].strip().startswith("called by start_kernel › setup_arch")


async def test_boots_that_make_the_same_calls_have_none() -> None:
    context = SmallContext(shipped)
    await context.command("diff virt-512m", "diverge")
    assert context.status.sentence.endswith("Both boots make the same calls.")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("diverge",), "There is one boot only: diff FILE or whatif puts another beside it."),
        (("diff virt-512m", "diverge there"), "diverge takes nothing, or the word tell"),
    ],
)
async def test_what_is_wrong_is_said(lines: tuple[str, ...], sentence: str) -> None:
    context = SmallContext(shipped)
    await context.command(*lines)
    assert context.status.sentence == sentence


async def test_a_log_does_not_tell_of_every_call() -> None:
    context = SmallContext(logged)
    await context.command("diff virt-512m", "diverge")
    assert context.status.sentence == "One of the boots is a log, which does not tell of every call."


@pytest.mark.slow
async def test_the_pane_names_it_and_its_key_goes_there() -> None:
    async with running(shipped, WIDE) as (app, pilot):
        await command(pilot, "whatif ram 256M")
        for _ in range(600):
            await pilot.pause(0.02)
            if not app.what_ifs.booting:
                break
        await pilot.pause()
        await pilot.press("V")
        await pilot.pause()
        assert (
            "First divergence: early_init_dt_add_memory_arch is called with another size."
            " d goes there, in both boots." in text(app)
        )
        await pilot.press("d")
        await pilot.pause()
        assert app.session is not None
        assert app.session.debugger.position_name().endswith("early_init_dt_add_memory_arch")
