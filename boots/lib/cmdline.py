"""Numbers and words on the command line.  Mirrors lib/cmdline.c (``memparse``, ``get_option``, ``next_arg``)
and the ``simple_strtoull`` of lib/vsprintf.c they stand on.

Each function takes the text from where it is to be read and returns what follows, as the kernel moves its
pointer.
"""

from __future__ import annotations

U64 = (1 << 64) - 1
_DIGITS = "0123456789abcdef"
_SUFFIXES = "kmgtpe"
_SPACES = " \t\n\v\f\r\xa0"


def simple_strtoull(text: str, base: int = 0) -> tuple[int, str]:
    """The number `text` begins with (0 if none) as a u64, and the rest.  With base 0, ``0x`` means 16 and a
    leading ``0`` means 8."""
    if base == 0:
        base = 10
        if text.startswith("0"):
            is_hexadecimal = text[1:2].lower() == "x" and text[2:3].lower() in tuple(_DIGITS)
            base = 16 if is_hexadecimal else 8
    at = 2 if base == 16 and text[:2].lower() == "0x" else 0
    value = 0
    while at < len(text):
        digit = _DIGITS.find(text[at].lower())
        if not 0 <= digit < base:
            break
        value = (value * base + digit) & U64
        at += 1
    return value, text[at:]


def memparse(text: str) -> tuple[int, str]:
    """A size in bytes with an optional suffix K, M, G, T, P or E, and the rest.  Nonsense is 0."""
    value, rest = simple_strtoull(text)
    power = _SUFFIXES.find(rest[:1].lower()) + 1 if rest else 0
    if power:
        return (value << (10 * power)) & U64, rest[1:]
    return value, rest


def get_option(text: str) -> tuple[int, int, str]:
    """``get_option()``: its return value (0 no integer, 1 an integer, 2 a comma follows, 3 a hyphen follows),
    the integer, and the rest (behind the comma)."""
    if not text:
        return 0, 0, text
    negative = text.startswith("-")
    digits = text[1:] if negative else text
    value, rest = simple_strtoull(digits)
    if rest == digits:
        return 0, 0, rest
    value &= 0xFFFFFFFF
    if negative:
        value = -value & 0xFFFFFFFF
    if value >> 31:
        value -= 1 << 32
    if rest.startswith(","):
        return 2, value, rest[1:]
    return (3 if rest.startswith("-") else 1), value, rest


def skip_spaces(text: str) -> str:
    """`text` without the white space it begins with."""
    return text.lstrip(_SPACES)


def next_arg(args: str) -> tuple[str, str | None, str]:
    """The next parameter, its value (None without ``=``) and what follows.  Quotes keep spaces together and
    are taken off around a parameter or its value."""
    quoted = args.startswith('"')
    if quoted:
        args = args[1:]
    end, equals = _argument_end(args, quoted)
    word = args[:end]
    rest = skip_spaces(args[end + 1 :])
    if not equals:
        return word.removesuffix('"') if quoted else word, None, rest
    value = word[equals + 1 :]
    quoted_value = value.startswith('"')
    if quoted_value:
        value = value[1:]
    if quoted or quoted_value:
        value = value.removesuffix('"')
    return word[:equals], value, rest


def _argument_end(args: str, in_quote: bool) -> tuple[int, int]:
    """Where the argument `args` begins with ends, and where its ``=`` stands (0: it has none)."""
    equals = 0
    for at, letter in enumerate(args):
        if letter in _SPACES and not in_quote:
            return at, equals
        if letter == "=" and equals == 0:
            equals = at
        if letter == '"':
            in_quote = not in_quote
    return len(args), equals
