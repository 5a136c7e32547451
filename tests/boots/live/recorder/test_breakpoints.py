"""Breakpoints of a stub that has room for all, or for a few that take turns."""

from __future__ import annotations

from bootstep.boots.live.recorder.breakpoints import Breakpoints

from ....support.fake_memory import FakeTarget


class FewPlaces(FakeTarget):
    """Has room for so many breakpoints."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room


async def test_with_room_for_all_functions_stay() -> None:
    target = FewPlaces(10)
    found = Breakpoints(target)
    assert await found.watch([1, 2, 3]) == 3
    await found.entered(1)
    assert await found.expect(100)
    assert target.places == {1, 2, 3, 100}
    await found.returned(100)
    assert target.places == {1, 2, 3}
    assert not found.in_turns


async def test_what_is_not_met_again_is_taken_out_until_the_next_stop() -> None:
    target = FewPlaces(10)
    found = Breakpoints(target)
    await found.watch([1, 2])
    await found.entered(1, is_met_again=False)
    assert await found.expect(100)
    assert target.places == {2, 100}
    await found.put_back()
    assert target.places == {1, 2, 100}
    await found.put_back()
    assert target.places == {1, 2, 100}


async def test_what_is_called_once_is_not_watched_any_more() -> None:
    target = FewPlaces(10)
    found = Breakpoints(target)
    await found.watch([1, 2])
    await found.forget([1])
    assert target.places == {2}
    await found.entered(1, is_met_again=False)
    await found.put_back()
    assert target.places == {2}


async def test_a_return_takes_the_place_of_a_function() -> None:
    target = FewPlaces(2)
    found = Breakpoints(target)
    assert await found.watch([1, 2]) == 2
    assert not found.in_turns
    assert await found.expect(100)
    assert found.in_turns
    assert 100 in target.places
    await found.returned(100)
    assert target.places == {1, 2}


async def test_functions_that_wait_have_their_turn() -> None:
    target = FewPlaces(2)
    found = Breakpoints(target)
    assert await found.watch([1, 2, 3, 4]) == 2
    assert found.waited == 2
    await found.entered(1)
    assert await found.expect(100)
    await found.returned(100)
    assert target.places == {2, 3}
    await found.entered(2)
    assert await found.expect(200)
    await found.returned(200)
    assert target.places == {3, 4}


async def test_a_stub_without_any_room_says_so() -> None:
    found = Breakpoints(FewPlaces(0))
    assert await found.watch([1, 2]) == 0
    assert not await found.expect(100)


async def test_nested_calls_that_return_to_one_place() -> None:
    target = FewPlaces(2)
    found = Breakpoints(target)
    await found.watch([1, 2, 3])
    await found.entered(1)
    await found.expect(100)
    await found.expect(100)
    await found.returned(100)
    assert 100 in target.places
    await found.returned(100)
    assert 100 not in target.places


class TellsLater(FewPlaces):
    """Takes all, and says afterwards which had no room."""

    def __init__(self, room: int) -> None:
        super().__init__(room)
        self.late: list[int] = []

    async def add_breakpoint(self, address: int) -> bool:
        if not await super().add_breakpoint(address):
            self.late.append(address)
        return True

    def lost_breakpoints(self) -> list[int]:
        late, self.late = self.late, []
        return late


async def test_those_that_turn_out_to_have_no_room_take_turns() -> None:
    target = TellsLater(2)
    found = Breakpoints(target)
    assert await found.watch([1, 2, 3]) == 3
    assert not found.in_turns
    await found.put_back()
    assert found.in_turns
    await found.entered(1)
    assert await found.expect(100)
    await found.put_back()
    assert target.places == {2, 100}
    await found.returned(100)
    assert target.places == {2, 3}


async def test_a_return_that_turns_out_to_have_no_room_is_not_expected() -> None:
    target = TellsLater(1)
    found = Breakpoints(target)
    await found.watch([1])
    assert await found.expect(100)
    await found.put_back()
    await found.returned(100)
    assert target.places == {1}
