"""A kernel with one deliberate change, recorded while it ran, beside the same without it: the call is named.

Both are Debian's 6.1, small, which ran on QEMU's virt board; in the one, ``arm64_memblock_init`` reserves
64 KiB more.  ``tests/real_boots/live/changed_kernel.sh`` has built and recorded them.  The one without was
recorded before bootstep kept where calls are made and which pages are free, too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bootstep.model.trace.call_places import call_place
from bootstep.tui.cli.kinds.recorded import read_recorded
from command import run

LIVE = Path(__file__).parents[2] / "data" / "live"
BASE, CHANGED, OLDER = (str(LIVE / f"{name}.trace") for name in ("base", "changed", "older"))
ADDRESS = "0x7f800000"
PRINTED = re.compile(r"^memblock_\w+: \[.* (\S+\+0x[0-9a-f]+)/0x[0-9a-f]+$")
"""A line about a call, with the address that it returns to."""
LOG = "memblock_reserve: [0x000000007f800000-0x000000007f80ffff] arm64_memblock_init+0x16c/0x1a4"


def test_the_call_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "diff", BASE, CHANGED)
    assert (status, err) == (1, "")
    first = out.partition("\n\n")[0].splitlines()
    assert first[0] == "first divergence: only the second boot calls memblock_reserve"
    assert first[1].startswith("  < (not called: ")
    assert "memblock_reserve [0x7f800000-0x7f80ffff] 64.0 KiB, which returned 0" in first[2]
    assert "  called by start_kernel › setup_arch › arm64_memblock_init" in first
    assert "  called at arch/arm64/mm/init.c:384, in arm64_memblock_init" in first
    assert "  memblock_reserve is defined at mm/memblock.c:854" in first
    assert f"  log > {LOG}" in first


def test_programs_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", BASE, CHANGED, "--format", "json")
    found = json.loads(out)["divergence"]
    call = found["right"]["call"]
    assert (status, found["what"], found["left"]["call"]) == (1, "only_right", None)
    assert (call["function"], call["arguments"]) == (
        "memblock_reserve",
        {"base": ADDRESS, "size": "64.0 KiB"},
    )
    assert call["callers"] == ["arm64_memblock_init", "setup_arch", "start_kernel"]
    assert (call["file"], call["line"]) == ("mm/memblock.c", 854)
    assert call["log"] == LOG
    assert (call["call_file"], call["call_line"]) == ("arch/arm64/mm/init.c", 384)
    assert LOG.rpartition("/")[0].endswith(call["call_address"])


def test_the_other_way_round_it_is_the_first_boots_call(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", CHANGED, BASE)
    assert status == 1
    assert out.startswith("first divergence: only the first boot calls memblock_reserve\n")


def test_pages_that_are_free_in_one_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "diff", BASE, CHANGED)
    rows = out.partition("  zones.free:\n")[2].splitlines()
    assert rows[0] == "    < [0x48100000-0x7dbfffff] 859.0 MiB node 0, zone 0"
    assert "    > [0x48100000-0x7d7fffff] 855.0 MiB node 0, zone 0" in rows


def test_each_call_was_made_where_the_kernel_printed_it() -> None:
    trace = read_recorded(BASE).trace
    said = {trace.log_text(event): trace.parent(event) for event in trace.logs}
    printed = [(PRINTED.search(text), enter) for text, enter in said.items()]
    places = [(found[1], call_place(trace.site(enter))) for found, enter in printed if found]
    assert len(places) > 40
    assert all(place is not None and place.address == address for address, place in places)
    assert all(place is not None and place.line > 0 for _, place in places)


def test_an_older_recording_is_held_against_a_newer_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither places of calls nor free pages, which it has not, are missing."""
    assert run(capsys, "diff", OLDER, BASE) == (0, "no differences\n", "")
    status, out, _ = run(capsys, "diff", CHANGED, OLDER)
    assert status == 1 and "zones.free" not in out
    assert "  called at arch/arm64/mm/init.c:384, in arm64_memblock_init" in out.splitlines()


@pytest.mark.parametrize("name", [BASE, CHANGED, OLDER], ids=["base", "changed", "older"])
def test_a_recording_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(capsys, "diff", name, name) == (0, "no differences\n", "")
