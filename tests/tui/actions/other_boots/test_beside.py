"""Another boot beside this one, by the command ``diff``.

Covers beside.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.tui.session.recording import Recording, of_machine
from screens import WIDE, running, screen, text
from small_context import SmallContext

LOG = """\
Linux version 6.1.0 (us@here) (gcc) #1 SMP
memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x50/0x58
memblock_reserve: [0x0000000040200000-0x0000000040ffffff] arm64_memblock_init+0x1e4/0x250
Zone ranges:
  DMA      [mem 0x0000000040000000-0x000000007fffffff]
Early memory node ranges
  node   0: [mem 0x0000000040000000-0x000000007fffffff]
Memory: 1034240K/1048576K available (2816K kernel code, 14336K reserved, 0K cma-reserved)
"""
NEW = LOG.replace("40ffffff]", "4cffffff]").replace("1034240K", "837632K").replace("14336K", "210944K")
LOGS = {"old.txt": LOG, "new.txt": NEW}


def shipped() -> Recording:
    return of_machine(read_machine("virt-1g"))


def logged(name: str) -> Recording:
    """A log, opened."""
    log = log_of_text(LOGS[name], name)
    facts = Facts(name, kind="a kernel log", can=Capabilities(what_if=False, page_tables=False))
    return Recording(LogReplay(log, understand(log.lines), facts))


def old() -> Recording:
    return logged("old.txt")


class Logs(SmallContext):
    """Where the logs of this test are named."""

    def boot_named(self, word: str) -> Recording:
        return logged(word)


async def test_diff_goes_over_to_the_other_log_and_keeps_this_one_beside_it() -> None:
    context = Logs(old)
    first = context.session
    await context.command("goto log:Zone ranges", "diff new.txt")
    assert context.session is not first
    assert context.status.badge == "new.txt"
    assert context.status.sentence.startswith("new.txt beside old.txt")
    assert context.snapshot is not None and context.snapshot.other is not None
    other = context.snapshot.other
    assert other.names == ("old.txt", "new.txt")
    assert "192.0 MiB less memory available" in other.comparison.words
    await context.press("u")
    assert context.session is first
    assert context.status.badge == ""
    await context.press("U")
    assert context.status.badge == "new.txt"


async def test_the_other_stands_at_the_line_that_tells_the_same() -> None:
    context = Logs(old)
    await context.command("diff new.txt")
    for line in ("arm64_memblock_init", "node   0", "Memory:"):
        await context.command(f"goto log:{line}")
        assert context.snapshot is not None and context.snapshot.other is not None
        there = context.snapshot.other.answers
        assert there.position == there.position_names.find(f"log:{line}")
        assert context.snapshot.other.note == ""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("diff", "diff needs a name: a file with a log or a recorded boot, or a machine"),
        ("diff nowhere.toml", "nowhere.toml: no such file or directory"),
    ],
)
async def test_what_cannot_be_opened_is_said_and_one_stays_here(line: str, sentence: str) -> None:
    context = SmallContext(old)
    first = context.session
    await context.command(line)
    assert sentence in context.status.sentence
    assert context.session is first
    assert not context.what_ifs.booting


async def test_a_machine_may_stand_beside_another() -> None:
    context = SmallContext(shipped)
    await context.command("diff virt-512m")
    assert context.snapshot is not None and context.snapshot.other is not None
    assert "512.0 MiB less usable RAM" in context.snapshot.other.comparison.words


@pytest.mark.slow
async def test_v_in_a_log_asks_for_the_other_and_the_pane_tells_in_words_what_is_missing() -> None:
    async with running(old, WIDE) as (app, pilot):
        app.boot_named = logged
        await pilot.press("V")
        await pilot.pause()
        assert app.foot.is_typed_in
        await pilot.press(*"new.txt", "enter")
        for _ in range(200):
            await pilot.pause(0.02)
            if not app.what_ifs.booting:
                break
        await pilot.pause()
        await pilot.press("z")
        await pilot.pause()
        shown = text(app)
        assert "The new boot has 192.0 MiB less memory available" in shown
        rows = [row.split("│") for row in screen(app) if "reserved for kernel image" in row]
        assert ["14.0 MiB" in row[0] and "206.0 MiB" in row[1] for row in rows] == [True]
        titles = next(row for row in screen(app) if "old.txt" in row and "│" in row)
        assert titles.split("│")[1].strip().startswith("new.txt")
