"""A part of the state is declared once: whoever adds one sees it wherever the state is looked at.

Covers contents.py, picture.py, sound.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.debugger.compare import EntryRow, difference_lines, differences
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory import state as declared
from bootstep.model.memory.memblock import memblock_reserve
from bootstep.model.memory.picture import Picture
from bootstep.model.memory.recorded import RecordedDict
from bootstep.model.memory.sound import contents_of
from bootstep.model.memory.state import Part, Replica, State
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts
from bootstep.model.text.state_json import report
from bootstep.model.trace.content import Content
from bootstep.model.trace.encoding.read import decode
from bootstep.model.trace.encoding.write import encode
from bootstep.model.trace.events import Kind
from bootstep.model.trace.recorder import BootTrace

TOY = Part(
    "toys",
    lambda state: RecordedDict("toys", Kind.VARIABLE),
    Content(Kind.VARIABLE, dict[str, int], key=str, value=int),
    expression="toys",
    report="toys",
    differences="toys",
    capability="zones",
)


@pytest.fixture
def with_a_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "PARTS", (*declared.PARTS, TOY))


def played(**balls: int) -> BootTrace:
    """The trace of a machine that has so many balls of each colour in the end."""
    state, trace = State(), BootTrace()
    state.record_into(trace)
    trace.start()
    toys = state["toys"]
    assert isinstance(toys, RecordedDict)
    for colour, number in balls.items():
        toys.put(colour, number)
    trace.finish()
    return trace


@pytest.mark.usefixtures("with_a_toy")
class TestAPartThatIsDeclared:
    def test_is_moved_with_the_position(self) -> None:
        replica = Replica(played(red=3, blue=4))
        replica.move(2)
        assert replica.state["toys"] == {"red": 3, "blue": 4}
        replica.move(1)
        assert replica.state["toys"] == {"red": 3}

    def test_is_in_the_report(self) -> None:
        debugger = Debugger(played(red=3))
        debugger.cont()
        assert report(debugger.state, Facts())["toys"] == {"red": 3}

    def test_is_not_in_that_of_a_source_that_does_not_tell_it(self) -> None:
        assert "toys" not in report(Replica(played()).state, Facts(can=Capabilities(zones=False)))

    def test_has_a_name_in_expressions(self) -> None:
        debugger = Debugger(played(red=3))
        debugger.cont()
        assert debugger.evaluate("toys.red + 1") == 4

    def test_can_be_watched(self) -> None:
        debugger = Debugger(played(red=3, blue=4))
        debugger.breakpoints.add("watch:toys")
        assert (debugger.cont().position, debugger.cont().position) == (1, 2)

    def test_is_in_the_picture(self) -> None:
        replica = Replica(played(red=3, blue=4))
        before = Picture.of(replica.state)
        replica.move(1)
        now = before.updated(replica.state, frozenset(("toys",)))
        assert (before["toys"], now["toys"]) == ({}, {"red": 3})

    def test_is_compared(self) -> None:
        left, right = Debugger(played(red=3)), Debugger(played(red=3, blue=4))
        left.cont()
        right.cont()
        found = differences(left, right)
        assert found.others["toys"] == (EntryRow("blue", None, 4),)
        lines = list(difference_lines(left, right, found))
        assert lines[:2] == ["toys:", "  blue: None → 4"]

    def test_is_in_a_file(self) -> None:
        trace, state = played(red=3), State()
        decode(encode(trace), state, contents_of(state.parts))
        assert state["toys"] == {"red": 3}


def test_without_it_nothing_knows_it() -> None:
    state = State()
    assert "toys" not in state
    assert "toys" not in report(state, Facts())
    assert "toys" not in Picture.of(state)


def test_every_part_of_a_state_has_a_name_of_its_own() -> None:
    state = State(("early", "identity"))
    assert len({part.target for part in state.parts}) == len(state.parts) == len(state)
    assert [part.report for part in state.parts if part.target.startswith(("early", "identity"))] == [""] * 6


def test_a_picture_copies_only_what_has_changed() -> None:
    state = State(("early",))
    state.zones.set_limit("max_zone_pfns", (1, 2))
    before = Picture.of(state)
    memblock_reserve(state.memblock, 0x1000, 0x1000)
    state.page_tables.set_leaves(0, 0x1000, 0, 3, 3)
    now = before.updated(state, frozenset(("memblock.reserved", "page_tables.runs")))
    assert [region.base for region in now.reserved] == [0x1000]
    assert len(now.trees["page_tables"].runs) == 1
    assert {name for name in now if now[name] is not before[name]} == {
        "memblock.reserved",
        "page_tables.runs",
    }
    assert now.trees["early"] is before.trees["early"]
    assert now != before
    assert now == Picture.of(state)
    assert now.updated(state, frozenset()) is now
