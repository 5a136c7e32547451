"""Why a machine has the zones it has, said of machines that differ in it."""

from __future__ import annotations

import pytest
from bootstep.model.analysis.zones import spanned_by
from bootstep.model.debugger.inspect.answers import WordsAnswer
from bootstep.model.lecture.explaining.explain import explain
from bootstep.model.text.changes import changes_text
from toured_boots import debugger

NOTHING_MOVABLE = "Movable has nothing: no kernelcore=, movablecore= or movable_node keeps memory for it"


def told(machine: str, nid: int = 0, zone: str = "") -> str:
    boot = debugger(machine)
    event = spanned_by(boot.trace, nid, zone, len(boot.trace))
    assert event is not None
    answer = explain(boot, event)
    assert isinstance(answer, WordsAnswer)
    return " ".join(each.text for paragraph in answer.paragraphs for each in paragraph.said)


@pytest.mark.parametrize(
    ("machine", "sentences"),
    [
        (
            "virt-1g",
            (
                "DMA from 0x40000000 up to 0x80000000.",
                "Nothing is left for DMA32, Normal: RAM ends at 0x80000000, below their own part.",
                NOTHING_MOVABLE,
            ),
        ),
        (
            "raspberry-2g",
            (
                "DMA from 0x0 up to 0x40000000, DMA32 from 0x40000000 up to 0x80000000.",
                "Nothing is left for Normal: RAM ends at 0x80000000",
            ),
        ),
        (
            "virt-6g",
            (
                "DMA from 0x40000000 up to 0x100000000, Normal from 0x100000000 up to 0x1c0000000.",
                "Nothing is left for DMA32: the zones before reach 0x100000000 already.",
            ),
        ),
        ("pc-8g", ("DMA from 0x1000 up to 0x1000000, DMA32 from 0x1000000 up to 0x100000000, Normal",)),
    ],
)
def test_it_says_where_each_zone_ends_and_what_is_left(machine: str, sentences: tuple[str, ...]) -> None:
    said = told(machine)
    assert "zone_sizes_init decides where each zone ends, by what devices can reach." in said
    assert [each for each in sentences if each not in said] == []


def test_of_a_zone_the_event_is_the_one_that_gave_it_its_pages() -> None:
    boot = debugger("raspberry-2g")
    event = spanned_by(boot.trace, 0, "DMA32", len(boot.trace))
    assert event is not None
    assert "DMA32" in changes_text(boot.trace.payload(event), boot.arch.entries)
    assert "Zone DMA32 of node 0 spans" in told("raspberry-2g", 0, "DMA32")
    assert spanned_by(boot.trace, 0, "Normal", len(boot.trace)) is None
    assert spanned_by(boot.trace, 0, "", 10) is None
