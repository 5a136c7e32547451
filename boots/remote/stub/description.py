"""A target's own description, ``target.xml`` and what it includes: its architecture and its registers.

It is XML without namespaces (the prefix ``xi`` is declared nowhere), from someone we do not trust: documents,
their sum, their nesting and the number of registers are bounded, and entities are refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from xml.parsers import expat

from ....model.language.words import tr

MOST_BYTES = 2 << 20
"""Bytes of all documents together."""
MOST_DOCUMENTS, DEEPEST, MOST_REGISTERS = 64, 8, 1 << 13
MOST_BITS, LARGEST_NUMBER = 1 << 14, 1 << 16
"""Bits of one register; its number is less than the other."""


class BadDescription(ValueError):
    """A description that cannot be used; the text says what is wrong, in words that follow a colon."""


class Register(NamedTuple):
    """A register by gdb's `name`, its `number` among all, its `size` in bytes; whether it holds an address
    of code (`code`), and whether it is one for whole numbers (`plain`), no vector nor floating point."""

    name: str
    number: int
    size: int
    code: bool
    plain: bool


class Description(NamedTuple):
    """What the target says of itself; `architecture` is "" if it does not say."""

    architecture: str
    registers: tuple[Register, ...]


class _Document(NamedTuple):
    """What stands in one document: its registers' attributes and the names of what it includes, in order."""

    architecture: str
    parts: list[dict[str, str] | str]


async def description_of(fetch: Callable[[str], Awaitable[bytes]]) -> Description:
    """The description whose documents `fetch` gives by their names.  Raises `BadDescription`, and whatever
    `fetch` does."""
    reader = _Reader(fetch)
    architecture = await reader.read("target.xml", ())
    return Description(architecture, tuple(reader.registers))


class _Reader:
    """Reads documents one in another and counts what they have together."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._documents = 0
        self._bytes = 0
        self.registers: list[Register] = []

    async def read(self, name: str, inside: tuple[str, ...]) -> str:
        """Take the registers of a document and of those it includes; its architecture."""
        self._documents += 1
        if name in inside:
            raise BadDescription(tr("{name} includes itself", name=name))
        if len(inside) >= DEEPEST or self._documents > MOST_DOCUMENTS:
            raise BadDescription(tr("too many documents that include one another"))
        data = await self._fetch(name)
        self._bytes += len(data)
        if self._bytes > MOST_BYTES:
            raise BadDescription(tr("more than {count} bytes", count=MOST_BYTES))
        document = _parsed(name, data)
        architecture = document.architecture
        for part in document.parts:
            if isinstance(part, str):
                architecture = await self.read(part, (*inside, name)) or architecture
            else:
                self._add(part)
        return architecture

    def _add(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        follows = self.registers[-1].number + 1 if self.registers else 0
        number = _number(attributes.get("regnum"), follows)
        bits = _number(attributes.get("bitsize"), 0)
        if not name or not 0 < bits <= MOST_BITS or not 0 <= number < LARGEST_NUMBER:
            raise BadDescription(tr("register {name} of {bits} bits, number {number}", **_quoted(attributes)))
        if len(self.registers) >= MOST_REGISTERS:
            raise BadDescription(tr("more than {count} registers", count=MOST_REGISTERS))
        kind = attributes.get("type", "int")
        plain = bits <= 64 and attributes.get("group") not in ("float", "vector") and "ieee" not in kind
        self.registers.append(Register(name, number, (bits + 7) // 8, kind == "code_ptr", plain))


def _quoted(attributes: dict[str, str]) -> dict[str, str]:
    """What a sentence quotes of a register that cannot be one."""
    return {
        "name": attributes.get("name", "?")[:40],
        "bits": attributes.get("bitsize", "?")[:40],
        "number": attributes.get("regnum", "?")[:40],
    }


def _number(text: str | None, absent: int) -> int:
    if text is None:
        return absent
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def _parsed(name: str, data: bytes) -> _Document:
    """One document.  Raises `BadDescription`."""
    parts: list[dict[str, str] | str] = []
    letters: list[str] = []
    inside: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        inside.append(element)
        if len(inside) > DEEPEST:
            raise BadDescription(tr("{name} is nested too deeply", name=name))
        if element == "reg":
            parts.append(attributes)
        elif element.rpartition(":")[2] == "include":
            parts.append(attributes.get("href", ""))
        if len(parts) > MOST_REGISTERS:
            raise BadDescription(tr("more than {count} registers", count=MOST_REGISTERS))

    def end(_: str) -> None:
        inside.pop()

    def characters(text: str) -> None:
        if inside[-1] == "architecture" and len(letters) < 100:
            letters.append(text)

    def entity(*_: object) -> None:
        raise BadDescription(tr("{name} declares entities", name=name))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadDescription(
            tr("{name} is no XML: {error}", name=name, error=expat.ErrorString(error.code))
        ) from None
    return _Document("".join(letters).strip()[:100], parts)
