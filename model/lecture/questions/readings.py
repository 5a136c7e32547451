"""What people type for an answer, understood: ``0x40000000``, ``1G``, ``1024M``, ``16 MiB``, ``zone dma32``.

Whoever knows the answer is not asked to guess how it is written: what may be meant in two ways is read in
both.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...base.units import SUFFIXES, one_line
from ...language.words import tr
from .question import ADDRESS, AMOUNT, RANGE

LONGEST = 200
"""Characters of the longest answer that is read."""
_SIZED = re.compile(r"(0x[0-9a-f]+|\d+(?:\.\d+)?)\s*([kmgtpe])?(?:i?b|bytes?)?", re.IGNORECASE)
_COUNT = re.compile(r"(0x[0-9a-f]{1,16}|[1-9]\d{0,30}|0)(?:\s+[^\W\d_]+|(?!x)[^\W\d_]*)")
_BARE = re.compile(r"(0x[0-9a-f]{1,16}|[1-9]\d{0,30}|0)\s*(?:pages?|页)?")
_HEX = re.compile(r"[0-9a-f]{1,16}")
_BETWEEN = re.compile(r"\s*(?:\.\.+|[-\u2013\u2014~…]|\bto\b|到|至)\s*")
_NOTHING = ("none", "no", "nothing", "zero", "无", "没有")
_NOT_IN_NAMES = re.compile(r"[\s_\-.'\"“”\u2018\u2019()\[\],:]+")


class UnreadableAnswer(ValueError):
    """Why some words are no answer of the form that was asked for, in one sentence."""


class Span(NamedTuple):
    """What a number may mean: anything from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and self.low <= value <= self.high


def addresses(text: str) -> list[Span]:
    """The addresses that are meant: digits without 0x may be hexadecimal or not; of a range, its start.
    Raises `UnreadableAnswer`."""
    first = _plain(_BETWEEN.split(_bare(text), maxsplit=1)[0])
    found: list[Span] = []
    if "+" in first:
        parts = [addresses(part) for part in first.split("+")]
        return [Span(sum(part[0].low for part in parts), sum(part[0].low for part in parts))]
    if sized := _SIZED.fullmatch(first):
        found.append(_span(*sized.groups()))
    if _HEX.fullmatch(first) and not sized_with_unit(first):
        found.append(Span(int(first, 16), int(first, 16)))
    if not found:
        raise _unreadable(text, ADDRESS)
    return found


def sized_with_unit(text: str) -> bool:
    """Whether a number is followed by a unit, which could be a digit too (``4B``)."""
    return bool(re.search(r"[kmgtpi]", text))


def amounts(text: str, unit: int) -> list[Span]:
    """The amounts that are meant, in `unit` bytes (0: a mere count).  Raises `UnreadableAnswer`."""
    plain = _plain(_bare(text))
    if plain in _NOTHING:
        return [Span(0, 0)]
    if not unit:
        if counted := _COUNT.fullmatch(plain):
            return [Span(int(counted[1], 0), int(counted[1], 0))]
        raise _unreadable(text, "")
    found: list[Span] = []
    if unit > 1 and (counted := _BARE.fullmatch(plain)):
        found.append(Span(int(counted[1], 0), int(counted[1], 0)))
    if sized := _SIZED.fullmatch(plain):
        span = _span(*sized.groups())
        if unit == 1 or sized[2]:
            found.append(Span(-(-span.low // unit), span.high // unit))
    if not found:
        raise _unreadable(text, AMOUNT)
    return found


def ranges(text: str) -> set[tuple[int, int]]:
    """The ranges that are meant, the end not included: a second number may be the last byte, the first one
    behind, or the size.  Raises `UnreadableAnswer`."""
    bare = _bare(text)
    parts = [part for part in re.split(r"\s*,\s*|\s*\+\s*", bare) if part]
    if len(parts) != 2:
        parts = [part for part in _BETWEEN.split(bare) if part]
    if len(parts) != 2:
        raise _unreadable(text, RANGE)
    found: set[tuple[int, int]] = set()
    for start in addresses(parts[0]):
        for second in addresses(parts[1]):
            ends = (second.low, second.low + 1, start.low + second.low)
            found.update((start.low, end) for end in ends if end > start.low)
    return found


def plain_name(text: str) -> str:
    """A name without what people write differently: case, spaces, underscores, brackets, a word before it."""
    plain = _NOT_IN_NAMES.sub("", text.casefold())
    for word in ("zone", "node", "level"):
        if plain.startswith(word) and len(plain) > len(word):
            plain = plain.removeprefix(word)
    return plain


def _span(number: str, suffix: str | None) -> Span:
    """A number with its unit; one with a decimal point is as good as its last digit."""
    if len(number) > 2 * 20:
        raise UnreadableAnswer(tr("{given}: this number is too long", given=number[:20] + "…"))
    shift = SUFFIXES[suffix.upper()] if suffix else 0
    if "." not in number:
        value = int(number, 0 if number[:2].lower() == "0x" else 10) << shift
        return Span(value, value)
    whole, _, part = number.partition(".")
    scale = 10 ** len(part)
    middle = int(whole + part) << shift
    half = (1 << shift) // 2
    return Span((middle - half) // scale, (middle + half) // scale)


def _bare(text: str) -> str:
    """Without what the kernel writes around a range, and with small letters."""
    return text.strip().strip("[]()").strip().removeprefix("mem ").strip().casefold()


def _plain(text: str) -> str:
    """Without what groups digits."""
    return re.sub(r"(?<=[0-9a-f])[_,' ](?=[0-9a-f]{3})", "", text.strip())


def _unreadable(text: str, form: str) -> UnreadableAnswer:
    return UnreadableAnswer(f"{one_line(text)[:40]}: {expected(form)}")


def expected(form: str) -> str:
    """What an answer of a form looks like, in a few words."""
    if form == ADDRESS:
        return tr("expected an address, such as 0x48000000, 1G or 1024M")
    if form == AMOUNT:
        return tr("expected a size, such as 64K, 16 MiB or 0x200000")
    if form == RANGE:
        return tr("expected a range, such as 0x40000000-0x4fffffff")
    return tr("expected a number, such as 12")
