"""Local variables as a file keeps them: what changed, for each call."""

from __future__ import annotations

from functools import cache

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.base.errors import InputError
from bootstep.model.source.kept_locals import KeptLocals, LocalsRow, keep_locals, open_calls
from bootstep.model.source.trace_file import LOCALS, RecordedBoot, recorded
from bootstep.model.source.trace_source import FrameLocals, Local
from bootstep.model.trace.encoding.container import seal, unseal
from bootstep.model.trace.encoding.shapes import pack, plain

FILE = "boot.trace"


class WithLocals(ModelBoot):
    """A boot with local variables that are made up: what is always the same, and how deep a call is."""

    def made_up(self, position: int) -> tuple[FrameLocals, ...]:
        enters = list(open_calls(self.trace, position))[::-1]
        values = (Local("base", "0x1000"), Local("at", str(position // 1000)))
        return tuple(FrameLocals(enter, values) for enter in enters if position % 7)

    def kept_locals(self) -> KeptLocals:
        return keep_locals(self.trace, self.positions(), self.made_up)

    def positions(self) -> range:
        return range(0, len(self.trace) + 1, 50)


@cache
def source() -> WithLocals:
    found = WithLocals.of(read_machine("virt-1g"))
    assert isinstance(found, WithLocals)
    found.run()
    return found


@cache
def data() -> bytes:
    return recorded(source(), "bootstep 1")


def test_at_each_moment_a_file_tells_what_was_told() -> None:
    boot = RecordedBoot.read(data(), FILE)
    assert boot.facts.can.locals
    for position in source().positions():
        assert boot.locals_at(position) == source().made_up(position)


def test_between_two_moments_the_last_counts() -> None:
    boot = RecordedBoot.read(data(), FILE)
    open_at_both = set(open_calls(boot.trace, 150)) & set(open_calls(boot.trace, 190))
    assert open_at_both
    for enter in open_at_both:
        scopes = [{scope.enter: scope for scope in boot.locals_at(position)} for position in (150, 190)]
        assert scopes[0].get(enter) == scopes[1].get(enter)


def test_only_what_changes_is_kept() -> None:
    rows = source().kept_locals().rows
    last: dict[int, tuple[Local, ...]] = {}
    for row in rows:
        assert row.values != last.get(row.enter, ())
        last[row.enter] = row.values
    assert any(not row.values for row in rows)


def test_a_file_is_written_again_with_them() -> None:
    boot = RecordedBoot.read(data(), FILE)
    again = RecordedBoot.read(recorded(boot, "bootstep 1"), FILE)
    kept, before = again.kept_locals(), boot.kept_locals()
    assert kept is not None
    assert before is not None
    assert kept.rows == before.rows


def test_a_file_without_them_tells_none() -> None:
    sections = unseal(data())
    del sections[LOCALS]
    boot = RecordedBoot.read(seal(sections), FILE)
    assert not boot.facts.can.locals
    assert boot.locals_at(150) == ()
    assert boot.kept_locals() is None


@pytest.mark.parametrize(
    "rows",
    [
        [LocalsRow(5, -1, ())],
        [LocalsRow(5, 1 << 40, ())],
        [LocalsRow(1 << 40, 0, ())],
        [LocalsRow(9, 0, ()), LocalsRow(8, 0, ())],
        [LocalsRow(-1, 0, ())],
    ],
)
def test_rows_that_cannot_be_are_refused(rows: list[LocalsRow]) -> None:
    sections = {**unseal(data()), LOCALS: pack(plain(rows))}
    with pytest.raises(InputError, match=f"^{FILE}: this recorded boot is damaged: it has local variables"):
        RecordedBoot.read(seal(sections), FILE)


def test_rows_of_another_shape_are_refused() -> None:
    sections = {**unseal(data()), LOCALS: pack([[5, 0, "text"]])}
    with pytest.raises(InputError, match=f"^{FILE}: this recorded boot is damaged"):
        RecordedBoot.read(seal(sections), FILE)
