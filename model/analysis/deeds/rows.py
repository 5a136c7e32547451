"""Two boots' deeds held against each other: the same thing of the same size is the same, wherever it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .deed import Deed, Subject, ToldBoot

SAME, CHANGED, LEFT, RIGHT = " ", "~", "<", ">"
Key = tuple[Subject, str, bool]


class DeedRow(NamedTuple):
    """What one boot did for one purpose, and what the other did for it; `mark` is one of the four above.
    `rest` are the deeds that have no counterpart of the same size.  `other_name` is what the other calls it,
    if that is something else."""

    mark: str
    subject: Subject
    what: str
    left: tuple[Deed, ...]
    right: tuple[Deed, ...]
    left_rest: tuple[Deed, ...] = ()
    right_rest: tuple[Deed, ...] = ()
    other_name: str = ""


def silent_subjects(left: ToldBoot, right: ToldBoot) -> Iterator[tuple[Subject, ToldBoot]]:
    """What only one of the logs tells of, with the log that does not; nothing of excerpts, which may lack
    anything."""
    for subject in Subject:
        for boot, other in ((left, right), (right, left)):
            told = any(deed.subject is subject for deed in other.deeds)
            if told and not boot.is_excerpt and not boot.tells(subject):
                yield subject, boot


def deed_rows(left: ToldBoot, right: ToldBoot) -> list[DeedRow]:
    """All that both tell of, subject by subject; within one in the order of the left log, then of the right
    one."""
    mine, its = _groups(left.deeds), _groups(right.deeds)
    found = [
        _row(key, mine.get(key, ()), its.get(key, ()))
        for key in dict.fromkeys((*mine, *its))
        if (key in mine or left.tells(key[0])) and (key in its or right.tells(key[0]))
        if not _is_nothing(mine.get(key, ()), its.get(key, ()))
    ]
    order = list(Subject)
    return sorted(_renamed(found), key=lambda row: order.index(row.subject))


def _is_nothing(left: Sequence[Deed], right: Sequence[Deed]) -> bool:
    """Whether only one boot says of a thing that there is none of it."""
    deeds = left or right
    return bool(left) != bool(right) and not any(
        deed.size or deed.failed or deed.subject is Subject.ENDING for deed in deeds
    )


def _groups(deeds: Iterable[Deed]) -> dict[Key, list[Deed]]:
    found: dict[Key, list[Deed]] = {}
    for deed in deeds:
        found.setdefault(deed.key, []).append(deed)
    return found


def _row(key: Key, left: Sequence[Deed], right: Sequence[Deed]) -> DeedRow:
    rest, its_rest = _without_counterpart(left, right), _without_counterpart(right, left)
    differs = RIGHT if not left else LEFT if not right else CHANGED
    mark = differs if rest or its_rest else SAME
    return DeedRow(mark, key[0], key[1], tuple(left), tuple(right), tuple(rest), tuple(its_rest))


def _without_counterpart(deeds: Sequence[Deed], others: Sequence[Deed]) -> list[Deed]:
    there = Counter(deed.size for deed in others)
    found: list[Deed] = []
    for deed in deeds:
        if there[deed.size]:
            there[deed.size] -= 1
        else:
            found.append(deed)
    return found


def _renamed(rows: Sequence[DeedRow]) -> list[DeedRow]:
    """The rows, where a thing that only one boot does and another that only the other does are one row if
    they have the same sizes, and nothing else has: functions are renamed, and compilers put them into one
    another."""
    counts = {mark: Counter(_sizes(row) for row in rows if row.mark == mark) for mark in (LEFT, RIGHT)}
    there = {_sizes(row): row for row in rows if row.mark == RIGHT and _may_be_renamed(row)}
    taken: set[object] = set()
    found: list[DeedRow] = []
    for row in rows:
        sizes = _sizes(row)
        other = there.get(sizes) if row.mark == LEFT and counts[LEFT][sizes] == 1 else None
        if other is not None and counts[RIGHT][sizes] == 1:
            taken.add(sizes)
            row = row._replace(
                mark=SAME, right=other.right, left_rest=(), right_rest=(), other_name=other.what
            )
        found.append(row)
    return [row for row in found if not (row.mark == RIGHT and _sizes(row) in taken)]


def _may_be_renamed(row: DeedRow) -> bool:
    """Whether it is a function that names it."""
    return row.subject in (Subject.MEMORY, Subject.RESERVED)


def _sizes(row: DeedRow) -> object:
    """The subject, what is done, and all sizes."""
    return row.subject, row.what.partition(" ")[0], tuple(sorted(deed.size for deed in row.left or row.right))
