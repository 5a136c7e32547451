"""The rows of a summary that one recording alone does not show."""

from __future__ import annotations

import pytest
from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.live.report import Ending, LiveReport
from bootstep.model.build.release import Release
from bootstep.tui.cli.live.summary import WIDEST, Array, Summary
from msgspec.structs import replace

REPORT = LiveReport(Ending.STOPPED, release=Release(6, 1, 50), load_address=0x4020_0000)
SUMMARY = Summary(
    LiveOptions(Stub(port=1), "Image", name="Image"), REPORT, 1, 1, 1, Array(1, 1 << 20), Array(0, 0)
)


@pytest.mark.parametrize(
    ("place", "moved", "row"),
    [
        (0x4020_0000, None, "loaded at   0x40200000; whether KASLR moved it was not found"),
        (0x4020_0000, 0, "loaded at   0x40200000; KASLR did not move it"),
        (None, 1 << 21, "loaded at   (unknown); KASLR moved it by 0x200000"),
        (None, (1 << 64) - (1 << 21), "loaded at   (unknown); KASLR moved it by -0x200000"),
    ],
)
def test_where_it_was_loaded(place: int | None, moved: int | None, row: str) -> None:
    assert row in replace(SUMMARY, report=replace(REPORT, load_address=place, moved=moved)).lines()


def test_what_it_is_called_where_it_says_nothing_itself() -> None:
    assert SUMMARY.lines()[:2] == ["kernel      Image", "release     6.1.50"]
    named = replace(SUMMARY, report=replace(REPORT, banner="6.1.50-\x1b[1mboard")).lines()
    assert named[0] == "kernel      6.1.50-\\x1b[1mboard" and named[1].startswith("loaded at")
    assert SUMMARY.as_json()["banner"] == ""


def test_one_of_each_is_said_so() -> None:
    assert "recorded    1 event: 1 call, 1 log line" in SUMMARY.lines()
    assert "reserved    0 regions, 0 B" in SUMMARY.lines()


def test_what_is_missing_is_broken_into_lines() -> None:
    names = "no symbols for " + ", ".join(f"variable_{number}" for number in range(30))
    lines = replace(SUMMARY, report=replace(REPORT, missing=(names, "no types"))).lines()
    missing = lines[next(at for at, line in enumerate(lines) if line.startswith("missing")) :]
    assert " ".join(line[12:] for line in missing) == f"{names} no types"
    assert max(map(len, missing)) <= WIDEST
    assert [line[:12].strip() for line in missing[1:]] == [""] * (len(missing) - 1)
