"""Words with expressions in them, ``{size(memblock.reserved)}``, and what they say where a debugger
stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ...base.units import SIZE_NAMES, address_range, hex_address, printable, readable_size
from ...debugger.debugger import Debugger
from ...debugger.expressions.c_text import c_text
from ...debugger.expressions.lexer import ExpressionError
from ...debugger.expressions.values import Array, Pointer, Structure, Typed, number_of
from ...debugger.expressions.whole_values import BYTES, extent
from ...language.words import tr

_FORMAT = re.compile(r"(?P<source>.*?)\s*:\s*(?P<form>[A-Za-z]+|\??[^:'\"]*\|[^:'\"]*)", re.DOTALL)
_LAST_NAME = re.compile(r"([A-Za-z_]\w*)\s*$")
IN_HEX = frozenset(("phys_addr_t", "u64", "dma_addr_t", "resource_size_t"))
"""Types of numbers that are addresses, unless their name says that they are sizes."""
LONGEST_VALUE = 400
"""Characters of one value."""


class NarrationError(ValueError):
    """What is wrong with words that have expressions, in one sentence with the expression."""


class Part(Struct, frozen=True):
    """A piece of the words: plain text, or the `source` of an expression with the format that it is to
    have."""

    text: str = ""
    source: str = ""
    form: str = ""


def parts(words: str) -> tuple[Part, ...]:
    """The pieces of some words.  Raises `NarrationError`."""
    return tuple(_parts(words))


def _parts(words: str) -> Iterator[Part]:
    at, plain = 0, ""
    while at < len(words):
        if words[at : at + 2] in ("{{", "}}"):
            plain, at = plain + words[at], at + 2
        elif words[at] == "{":
            end = _closing(words, at)
            if plain:
                yield Part(plain)
            yield _expression(words[at + 1 : end])
            plain, at = "", end + 1
        elif words[at] == "}":
            raise NarrationError(tr("a closing brace without an opening one: two are written for one"))
        else:
            plain, at = plain + words[at], at + 1
    if plain:
        yield Part(plain)


def _closing(words: str, start: int) -> int:
    """Where the brace at `start` is closed; braces within, and those in quotation marks, are the
    expression's."""
    depth, quote = 0, ""
    for at in range(start, len(words)):
        character = words[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if not depth:
                return at
    raise NarrationError(
        tr("a brace is never closed: {words!r}; two are written for one", words=words[start : start + 40])
    )


def _expression(inside: str) -> Part:
    found = _FORMAT.fullmatch(inside)
    source, form = (found["source"], found["form"]) if found else (inside, "")
    if not source.strip():
        raise NarrationError(tr("expected an expression between braces"))
    if form and "|" not in form and form not in FORMATS:
        known = ", ".join(FORMATS)
        raise NarrationError(
            f"{{{inside.strip()}}}: there is no format {form!r}, only {known}, one|many, ?yes|no"
        )
    return Part(source=source.strip(), form=form)


def told(words: str, debugger: Debugger) -> str:
    """What the words say where a debugger stands; a line end is a space, an empty line begins a paragraph.
    Raises `NarrationError`."""
    said = "".join(part.text or _value(part, debugger) for part in parts(words))
    paragraphs = (" ".join(each.split()) for each in re.split(r"\n[ \t]*\n", said))
    return printable("\n".join(filter(None, map(_joined, paragraphs))))


_WIDE = "[\u2e80-\u9fff\uff00-\uffef]"
_BETWEEN_WIDE = re.compile(f"(?<={_WIDE}) (?={_WIDE})|(?<=[\u3000-\u303f\uff00-\uffef]) ")


def _joined(paragraph: str) -> str:
    """Chinese goes on in the next line without a space."""
    return _BETWEEN_WIDE.sub("", paragraph)


def _value(part: Part, debugger: Debugger) -> str:
    value = evaluated(part.source, debugger)
    try:
        return formatted(part, value, debugger)
    except ValueError as error:
        raise NarrationError(f"{{{part.source}}}: {error}") from None


def evaluated(source: str, debugger: Debugger) -> Any:
    """The value of an expression.  Raises `NarrationError`."""
    try:
        return debugger.evaluate(source)
    except ExpressionError as error:
        raise NarrationError(f"{{{source}}}: {error}") from None
    except ArithmeticError as error:
        raise NarrationError(f"{{{source}}}: {error}") from None


def formatted(part: Part, value: Any, debugger: Debugger) -> str:
    """A value in the format of its part.  Raises `ValueError` with what does not fit."""
    if part.form.startswith("?"):
        yes, _, no = part.form[1:].partition("|")
        return yes if value else no
    if "|" in part.form:
        one, _, many = part.form.partition("|")
        number = _number(value)
        return f"{number} {one.strip() if number == 1 else many.strip()}"
    if part.form:
        return FORMATS[part.form](value, debugger)
    return plain(part.source, value, debugger)


def plain(source: str, value: Any, debugger: Debugger) -> str:
    """A value as it reads best in a sentence."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool) or value is None:
        text = {True: tr("yes"), False: tr("no"), None: tr("nothing")}[value]
    elif isinstance(value, int):
        text = _plain_number(source, value)
    elif isinstance(value, Pointer) and value.address is not None:
        text = hex_address(value.address)
    elif isinstance(value, Structure | Array | Pointer):
        text = c_text(source, value, "", debugger.names.symbols)
    else:
        raise ValueError(tr("expected a number or a text, this is neither"))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _plain_number(source: str, value: int) -> str:
    kind = value.kind if isinstance(value, Typed) else ""
    name = _LAST_NAME.search(source)
    is_size = name is not None and (name[1] in SIZE_NAMES or name[1].endswith("_size"))
    if kind == BYTES or is_size:
        return readable_size(value)
    return hex_address(value) if kind in IN_HEX or abs(value) >= 1 << 24 else str(int(value))


def _number(value: Any) -> int:
    number = number_of(value)
    if number is None or isinstance(value, bool):
        raise ValueError(tr("expected a number"))
    return int(number)


def _range(value: Any, debugger: Debugger) -> str:
    found = extent(value)
    if found is None:
        raise ValueError(tr("expected a region, with a base and a size"))
    start, end = found
    return address_range(start, end - start)


FORMATS: Mapping[str, Callable[[Any, Debugger], str]] = {
    "size": lambda value, debugger: readable_size(_number(value)),
    "hex": lambda value, debugger: hex_address(_number(value)),
    "dec": lambda value, debugger: str(_number(value)),
    "pages": lambda value, debugger: readable_size(_number(value) * debugger.facts.page_size),
    "range": _range,
}
"""What may follow the colon."""


def sources(words: str) -> Sequence[str]:
    """The expressions in some words.  Raises `NarrationError`."""
    return [part.source for part in parts(words) if part.source]
