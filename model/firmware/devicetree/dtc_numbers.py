"""Numbers in a device tree source: all of C's operators, on unsigned 64-bit integers.  Mirrors
scripts/dtc/dtc-parser.y (``integer_expr``)."""

from __future__ import annotations

from collections.abc import Callable

from .dtc_words import U64, Words

DEEPEST = 40
"""How deep parentheses may stand in each other."""
OPERATORS: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: bool(a or b)},
    {"&&": lambda a, b: bool(a and b)},
    {"|": int.__or__},
    {"^": int.__xor__},
    {"&": int.__and__},
    {"==": int.__eq__, "!=": int.__ne__},
    {"<=": int.__le__, ">=": int.__ge__, "<": int.__lt__, ">": int.__gt__},
    {"<<": int.__lshift__, ">>": int.__rshift__},
    {"+": int.__add__, "-": int.__sub__},
    {"*": int.__mul__, "/": int.__floordiv__, "%": int.__mod__},
)
"""Binary operators, the loosest first."""
SIGNS = sorted(
    ((sign, looseness) for looseness, signs in enumerate(OPERATORS) for sign in signs),
    key=lambda found: -len(found[0]),
)
"""Every sign with how loose it is, the long ones first."""
UNARY: dict[str, Callable[[int], int]] = {
    "-": int.__neg__,
    "~": int.__invert__,
    "!": lambda value: not value,
}


def number(words: Words, depth: int = 0) -> int:
    """The number that follows: a literal, or an expression in parentheses."""
    if words.has("("):
        if depth == DEEPEST:
            words.fail(f"parentheses are nested more than {DEEPEST} deep")
        result = _choice(words, depth + 1)
        words.want(")")
        return result
    found = words.literal()
    return words.fail("expected a number") if found is None else found


def _choice(words: Words, depth: int) -> int:
    """``a ? b : c``, or less."""
    value = _binary(words, depth)
    if not words.has("?"):
        return value
    if depth == DEEPEST:
        words.fail(f"choices are nested more than {DEEPEST} deep")
    yes = _choice(words, depth + 1)
    words.want(":")
    no = _choice(words, depth + 1)
    return yes if value else no


def _binary(words: Words, depth: int, loosest: int = 0) -> int:
    left = _unary(words, depth)
    while (found := _sign(words)) and found[1] >= loosest:
        sign, looseness = found
        words.want(sign)
        right = _binary(words, depth, looseness + 1)
        if (sign in "/%" and not right) or (sign in ("<<", ">>") and right >= 64):
            words.fail(f"{left} {sign} {right} has no value")
        left = int(OPERATORS[looseness][sign](left, right)) & U64
    return left


def _sign(words: Words) -> tuple[str, int] | None:
    """The operator that follows, and how loose it is."""
    return next((found for found in SIGNS if words.sees(found[0])), None)


def _unary(words: Words, depth: int) -> int:
    signs: list[str] = []
    while sign := next((sign for sign in UNARY if words.has(sign)), None):
        signs.append(sign)
    value = number(words, depth)
    for sign in reversed(signs):
        value = int(UNARY[sign](value)) & U64
    return value
