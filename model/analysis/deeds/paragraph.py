"""What the second of two boots has more or less of, and who is behind it, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ...language.words import tr, translatable, trn
from .balance import LEFT_OUT, NEITHER, Balance, Holding, balance, firmware_maps
from .callers import CMA, CRASH_KERNEL, NODE, SOME_NODE, Callers
from .deed import ToldBoot
from .names import said_deed
from .rows import SAME, DeedRow

MIB = 1 << 20
FEW = 8
"""So many owners are named, the others are summed up."""
SMALL = 100
"""What is less than this part of the whole change, and less than `TINY`, is not named."""
TINY = MIB // 2
MUCH = 64 * MIB
"""More than anybody takes from the page allocator before the end of early boot."""
OPTIONS: dict[str, tuple[str, ...]] = {
    CMA: ("cma", "hugetlb_cma", "numa_cma", "cma_pernuma"),
    CRASH_KERNEL: ("crashkernel",),
    LEFT_OUT: ("mem", "memmap", "memory_corruption_check"),
}
"""Parameters behind what has no rule of its own."""


class Change(NamedTuple):
    """What an owner has in both boots; None where it has nothing."""

    owner: str
    left: Holding | None
    right: Holding | None

    @property
    def growth(self) -> int:
        """The bytes by which it has more in the second boot."""
        return (self.right.size if self.right else 0) - (self.left.size if self.left else 0)


def comparable(left: Balance, right: Balance) -> tuple[Balance, Balance]:
    """Both, where one names nodes of /reserved-memory and the other none, with all nodes as one: older
    kernels do not tell of them, or only that there are some.  What is new of them then is no change if the
    other has as much that nobody is told to have."""
    nodes = _named_nodes(left.holdings), _named_nodes(right.holdings)
    if bool(nodes[0]) == bool(nodes[1]):
        return left, right
    growth, lost = sum(nodes[1].values()) - sum(nodes[0].values()), right.not_told - left.not_told
    one, other = (_size(each.holdings, SOME_NODE) for each in (left, right))
    growth += other - one
    is_hidden = growth * lost < 0 and abs(growth + lost) * 8 < abs(growth)
    if not is_hidden and not one and not other:
        return left, right
    left, right = (replace(each, holdings=_joined(each.holdings)) for each in (left, right))
    if is_hidden:
        common = min(_size(each.holdings, SOME_NODE) for each in (left, right))
        left, right = (replace(each, holdings=_with_nodes(each.holdings, common)) for each in (left, right))
    return left, right


def _in_both(found: Balance, other: Balance, there: ToldBoot) -> Balance:
    """What a boot has, without what the `other` may have too, if its log is an excerpt that does not tell."""
    if not there.is_excerpt:
        return found
    kept = {owner: holding for owner, holding in found.holdings.items() if owner in other.holdings}
    return replace(found, holdings=kept)


def _size(holdings: Mapping[str, Holding], owner: str) -> int:
    return holdings[owner].size if owner in holdings else 0


def _with_nodes(holdings: Mapping[str, Holding], size: int) -> dict[str, Holding]:
    """With so much for all nodes together."""
    rest = {owner: holding for owner, holding in holdings.items() if owner != SOME_NODE}
    return {**rest, SOME_NODE: holdings[SOME_NODE]._replace(size=size)} if size else rest


def _named_nodes(holdings: Mapping[str, Holding]) -> dict[str, int]:
    return {
        owner: holding.size
        for owner, holding in holdings.items()
        if owner.startswith(NODE) and owner != SOME_NODE
    }


def _joined(holdings: Mapping[str, Holding]) -> dict[str, Holding]:
    """What all nodes have, as one."""
    nodes = [owner for owner in holdings if owner.startswith(NODE)]
    found = {owner: holding for owner, holding in holdings.items() if owner not in nodes}
    if nodes:
        largest = max((holdings[owner] for owner in nodes), key=lambda holding: holding.size)
        found[SOME_NODE] = largest._replace(size=sum(holdings[owner].size for owner in nodes))
    return found


def changes(left: Balance, right: Balance) -> list[Change]:
    """The owners that have more or less, the largest change first."""
    found = [
        Change(owner, left.holdings.get(owner), right.holdings.get(owner))
        for owner in dict.fromkeys((*left.holdings, *right.holdings))
    ]
    return sorted(filter(lambda change: change.growth, found), key=lambda change: -abs(change.growth))


def common_universe(left: ToldBoot, right: ToldBoot) -> str:
    """What both take all RAM from: the first map of firmware that both logs have."""
    others = firmware_maps(right)
    return next((name for name in firmware_maps(left) if name in others), "")


def paragraph(
    left: ToldBoot, right: ToldBoot, rows: Sequence[DeedRow], callers: tuple[Callers, Callers]
) -> str:
    """The whole of it, without line ends."""
    return " ".join(filter(None, _sentences(left, right, rows, callers)))


def _sentences(
    left: ToldBoot, right: ToldBoot, rows: Sequence[DeedRow], callers: tuple[Callers, Callers]
) -> Iterator[str]:
    universe = common_universe(left, right)
    by_lines = left.tells_memblock and right.tells_memblock
    one = balance(left, callers[0], universe, by_lines)
    other = balance(right, callers[1], universe, by_lines)
    if not rows and has_same_lines(left, right):
        yield tr("Both logs say the same, but nothing of who has memory.")
    elif not rows:
        yield tr("The two logs tell of nothing in common.")
    elif all(row.mark == SAME for row in rows):
        yield tr("Both boots did the same with memory, as far as their logs tell.")
    if one is not None and other is not None:
        one, other = comparable(_in_both(one, other, right), _in_both(other, one, left))
        yield from _compared(left, right, one, other, callers[1])
    else:
        yield _missing_summary(left, right, one, other)
        yield from _areas_alone(rows)
    if (panic := left.panic) is not None:
        yield tr("The old boot panics (line {line}): {words}.", line=panic.line.number, words=panic.words)
    if (panic := right.panic) is not None:
        yield tr("The new boot panics (line {line}): {words}.", line=panic.line.number, words=panic.words)
    yield from _advice(left, right, one, other)


def has_same_lines(left: ToldBoot, right: ToldBoot) -> bool:
    """Whether two logs have the same texts, if any."""
    return bool(left.lines) and [line.text for line in left.lines] == [line.text for line in right.lines]


def _compared(
    left: ToldBoot, right: ToldBoot, one: Balance, other: Balance, callers: Callers
) -> Iterator[str]:
    """How much is available, and why."""
    growth = other.available - one.available
    sizes = {
        "size": size_text(abs(growth)),
        "new": size_text(other.available),
        "old": size_text(one.available),
    }
    if growth > 0:
        yield tr("The new boot has {size} more memory available: {new} instead of {old}.", **sizes)
    elif growth:
        yield tr("The new boot has {size} less memory available: {new} instead of {old}.", **sizes)
    else:
        yield tr("As much memory is available in both: {size}.", size=size_text(other.available))
    found = changes(one, other)
    named, rest = _worth_naming(found, growth)
    told = [_ram(one, other)] if other.ram != one.ram else []
    told += [_told(change, left, right, callers) for change in named]
    if rest and (more := sum(change.growth for change in rest)):
        told.append(
            tr("smaller things take {size} more", size=size_text(more))
            if more > 0
            else tr("smaller things take {size} less", size=size_text(-more))
        )
    if lost := other.not_told - one.not_told:
        told.append(
            tr("not told is who has {size} more", size=size_text(lost))
            if lost > 0
            else tr("not told is who has {size} less", size=size_text(-lost))
        )
    if told:
        yield tr("{sentences}.", sentences=_capital("; ".join(told)))


def _ram(one: Balance, other: Balance) -> str:
    growth = other.ram - one.ram
    sizes = {"size": size_text(abs(growth)), "new": size_text(other.ram), "old": size_text(one.ram)}
    if other.universe and growth > 0:
        words = translatable("the firmware's map ({map}) has {size} more usable RAM, {new} instead of {old}")
    elif other.universe:
        words = translatable("the firmware's map ({map}) has {size} less usable RAM, {new} instead of {old}")
    elif growth > 0:
        words = translatable("there is {size} more usable RAM, {new} instead of {old}")
    else:
        words = translatable("there is {size} less usable RAM, {new} instead of {old}")
    return tr(words, map=other.universe, **sizes)


def _worth_naming(found: Sequence[Change], growth: int) -> tuple[list[Change], list[Change]]:
    """The changes that are named, and those that are summed up."""
    least = max(abs(growth) // SMALL, 1)
    largest = max((abs(change.growth) for change in found), default=0)
    named = [
        change
        for change in found
        if abs(change.growth) >= min(max(least, largest // SMALL), TINY) or abs(change.growth) == largest
    ][:FEW]
    return named, [change for change in found if change not in named]


def _told(change: Change, left: ToldBoot, right: ToldBoot, callers: Callers) -> str:
    """What an owner has, where that is told, and the words of the command line that are behind it."""
    one, other, growth = change.left, change.right, change.growth
    is_function = change.owner.endswith("()")
    owner = tr("what {function} asked for", function=change.owner) if is_function else said_deed(change.owner)
    is_many = not is_function and change.owner.partition(" (")[0].endswith("s")
    if one is None or not one.size:
        words = trn(
            "{owner} is new and takes {size}",
            "{owner} are new and take {size}",
            1 + is_many,
            owner=owner,
            size=size_text(growth),
        )
    elif other is None or not other.size:
        words = trn(
            "{owner} is gone, which gives back {size}",
            "{owner} are gone, which gives back {size}",
            1 + is_many,
            owner=owner,
            size=size_text(-growth),
        )
    elif growth > 0:
        words = tr(
            "{owner} grew by {size} to {whole}",
            owner=owner,
            size=size_text(growth),
            whole=size_text(other.size),
        )
    else:
        words = tr(
            "{owner} shrank by {size} to {whole}",
            owner=owner,
            size=size_text(-growth),
            whole=size_text(other.size),
        )
    notes = [line] if (line := _line(one, other)) else []
    notes += [options] if (options := _options(change.owner, left, right, callers)) else []
    if change.owner == NEITHER and abs(growth) >= MUCH:
        notes.append(tr("its page structs are initialised later, it is not lost"))
    if any(holding is not None and holding.is_computed for holding in (one, other)):
        notes.append(tr("computed"))
    return f"{words} ({', '.join(notes)})" if notes else words


def _line(one: Holding | None, other: Holding | None) -> str:
    if other is not None and other.line:
        return tr("line {number}", number=other.line)
    return tr("line {number} of the old log", number=one.line) if one is not None and one.line else ""


def _options(owner: str, left: ToldBoot, right: ToldBoot, callers: Callers) -> str:
    """The words of the two command lines that differ and decide what an owner has."""
    names = OPTIONS.get(owner) or callers.options(owner)
    old, new = (
        [word for word in boot.command_line.split() if word.partition("=")[0] in names]
        for boot in (left, right)
    )
    if old == new:
        return ""
    if not new:
        return tr("without {old}", old=" ".join(old))
    if old:
        return tr("{new} instead of {old} on the command line", new=" ".join(new), old=" ".join(old))
    return tr("{new} on the command line", new=" ".join(new))


def _missing_summary(left: ToldBoot, right: ToldBoot, one: Balance | None, other: Balance | None) -> str:
    """Why nothing can be added up."""
    if one is None and other is None:
        return tr("Neither log has the line 'Memory: … available': how much is lost cannot be added up.")
    name = left.name if one is None else right.name
    return tr(
        "{name} does not have the line 'Memory: … available': how much is lost cannot be added up.", name=name
    )


def _areas_alone(rows: Sequence[DeedRow]) -> Iterator[str]:
    """What areas have more or less, where nothing can be added up."""
    told: list[str] = []
    for row in rows:
        if row.mark != SAME and not row.subject.is_in_every_boot:
            old, new = sum(deed.size for deed in row.left), sum(deed.size for deed in row.right)
            if old != new:
                before = size_text(old) if row.left else tr("nothing")
                after = size_text(new) if row.right else tr("nothing")
                told.append(
                    tr("{deed} has {new} instead of {old}", deed=said_deed(row.what), new=after, old=before)
                )
    if told:
        yield tr("{sentences}.", sentences=_capital("; ".join(told)))


def _advice(left: ToldBoot, right: ToldBoot, one: Balance | None, other: Balance | None) -> Iterator[str]:
    """What would tell more."""
    if one is None or other is None or abs(other.not_told - one.not_told) < MIB:
        return
    silent = [boot.name for boot in (left, right) if not boot.tells_memblock]
    if silent:
        names = tr(" and ").join(silent)
        yield tr("With memblock=debug on the command line of {names} more would be told.", names=names)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def size_text(size: int) -> str:
    """A number of bytes in MiB, or in KiB or bytes what is no tenth of one."""
    if abs(size) * 20 >= MIB:
        return f"{size / MIB:.1f} MiB"
    return f"{size >> 10} KiB" if size % 1024 == 0 else tr("{size} bytes", size=size)


def two_sizes(one: int, other: int) -> tuple[str, str]:
    """Two sizes, so that one sees it if they are not the same."""
    texts = size_text(one), size_text(other)
    if texts[0] != texts[1] or one == other:
        return texts
    if one % 1024 or other % 1024:
        return tr("{size} bytes", size=one), tr("{size} bytes", size=other)
    return f"{one >> 10} KiB", f"{other >> 10} KiB"
