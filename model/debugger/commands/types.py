"""Commands about C types: ptype, whatis, info types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...build.structures import Member, StructType
from ...language.words import tr, translatable
from .command import Command, CommandError, CommandOutcome
from .formatting import split_format

if TYPE_CHECKING:
    from ..debugger import Debugger
    from ..expressions.types import KernelTypes

INDENT = "    "
GUTTER = 29
"""The width of the columns of offsets and sizes of ``ptype/o``."""
DEEPEST = 4


def _ptype(debugger: Debugger, rest: str) -> CommandOutcome:
    letters, rest = split_format(rest)
    if set(letters) - set("oxd"):
        raise CommandError(tr('ptype has no "/{letters}"; /o shows offsets and sizes', letters=letters))
    if not rest:
        raise CommandError(tr("the type of what? (struct page, an expression)"))
    kind = _kind(debugger, rest)
    types = debugger.types
    base = types.resolve(kind.rstrip("* "))
    stars = kind[len(kind.rstrip("* ")) :].strip()
    bare, bracket, dimensions = base.partition("[")
    structure = types.structure(types.resolve(bare.strip()).removeprefix("struct "))
    if not types.resolve(bare.strip()).startswith("struct ") or structure is None:
        return CommandOutcome(f"type = {_resolved(types, kind)}")
    if not structure.members:
        raise CommandError(
            tr("{bare}; it has {size} bytes", bare=types.absence(bare.strip()), size=structure.size)
        )
    ending = f" {stars or ''}{bracket}{dimensions}".rstrip()
    if "o" in letters and not stars and not bracket:
        return CommandOutcome("\n".join(_offsets(types, structure)))
    lines = [f"type = struct {structure.name} {{"]
    lines += [f"{INDENT}{_declaration(member)};" for member in structure.members]
    return CommandOutcome("\n".join([*lines, f"}}{ending}"]))


def _whatis(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(tr("the type of what? (an expression, struct page)"))
    kind = _kind(debugger, rest, once=True)
    return CommandOutcome(f"type = {kind}")


def _kind(debugger: Debugger, rest: str, once: bool = False) -> str:
    """The type that some words name, or that of an expression; `once` replaces a name that stands for a type,
    as ``whatis`` does.  Raises `CommandError`, `ExpressionError`."""
    from ..expressions.c_types import read_type
    from ..expressions.lexer import tokens

    words = [token.text for token in tokens(rest) if token.kind != "end"]
    named = read_type(words)
    if named is None and len(words) == 1 and debugger.types.structure(words[0]) is not None:
        return _kind(debugger, f"struct {words[0]}") if not _is_value(debugger, rest) else _of(debugger, rest)
    if named is None or named.end != len(words):
        return _of(debugger, rest)
    kind = named.words
    if debugger.types.size(kind) is None and kind != "void":
        raise CommandError(debugger.types.absence(kind.rstrip("* ")))
    return debugger.types.resolve(kind) if once and not kind.endswith("*") else kind


def _is_value(debugger: Debugger, text: str) -> bool:
    from ..expressions.lexer import ExpressionError

    try:
        debugger.evaluate(text)
    except ExpressionError:
        return False
    return True


def _of(debugger: Debugger, text: str) -> str:
    """The type of an expression.  Raises `CommandError`, `ExpressionError`."""
    from ..expressions.c_nodes import VARIABLES
    from ..expressions.values import Typed, kind_of_value

    value: Any = debugger.evaluate(text)
    if isinstance(value, int) and not isinstance(value, Typed) and text.strip().isidentifier():
        name = text.strip()
        if name in VARIABLES:
            return VARIABLES[name]
        if function := _function(debugger, name):
            return function
        words = tr("a number") if not isinstance(value, bool) else tr("a truth value")
        raise CommandError(
            tr("how {name} is declared is not known; its value is {words}", name=name, words=words)
        )
    kind = kind_of_value(value)
    if not kind:
        raise CommandError(
            tr("C has no type for {text}: it is a part of the state as this debugger has it", text=text)
        )
    return kind


def _function(debugger: Debugger, name: str) -> str:
    found = debugger.occurrences.functions_named(name)
    return tr("a function ({parameters})", parameters=", ".join(found[0].parameters)) if found else ""


def _resolved(types: KernelTypes, kind: str) -> str:
    stars = kind[len(kind.rstrip("* ")) :].strip()
    return f"{types.resolve(kind.rstrip('* '))} {stars}".rstrip()


def _declaration(member: Member) -> str:
    """A member as C declares it."""
    kind = member.type or ("union {...}" if not member.name else f"/* {member.size} bytes */")
    base, bracket, rest = kind.partition("[")
    if not member.name:
        return kind
    space = "" if base.endswith("*") else " "
    return f"{base}{space}{member.name}{bracket}{rest}"


def _offsets(types: KernelTypes, structure: StructType) -> Iterator[str]:
    """``ptype/o``: offset and size before each member, holes between them, as gdb shows them."""
    yield f"/* offset      |    size */  type = struct {structure.name} {{"
    yield from _rows(types, structure, 0, 1)
    yield ""
    yield f"{'':{GUTTER}}  /* total size (bytes): {structure.size:4} */"
    yield f"{'':{GUTTER}}}}"


def _rows(types: KernelTypes, structure: StructType, start: int, depth: int) -> Iterator[str]:
    end = 0
    for member in structure.members:
        if member.offset > end:
            yield f"/* XXX {member.offset - end:2}-byte hole      */"
        size = member.size or types.size(member.type) or 0
        place = f"/* {start + member.offset:6}      | {size:7} */"
        inner = types.structure(member.type.removeprefix("struct ")) if member.type[:7] == "struct " else None
        if inner is not None and inner.members and inner.size == size and depth < DEEPEST:
            yield f"{place}{INDENT * depth}struct {inner.name} {{"
            yield from _rows(types, inner, start + member.offset, depth + 1)
            yield ""
            yield f"{'':{GUTTER - 2}}{INDENT * depth}    /* total size (bytes): {inner.size:4} */"
            yield f"{'':{GUTTER - 2}}{INDENT * depth}}} {member.name};"
        else:
            yield f"{place}{INDENT * depth}{_declaration(member)};"
        end = max(end, member.offset + size)
    if structure.size > end:
        yield f"/* XXX {structure.size - end:2}-byte padding   */"


def info_types(debugger: Debugger, rest: str) -> str:
    """The structures that are known, those with members by their size and number of these."""
    types = debugger.types
    found = [types.structure(name) for name in types.names() if rest in name]
    lines = [
        tr("struct {name:22} {size:7} bytes", name=each.name, size=each.size)
        + (tr(", {count} members", count=len(each.members)) if each.members else "")
        for each in found
        if each is not None
    ]
    if not types.are_told:
        return tr("{kind} tells nothing of the kernel's types", kind=tr(debugger.facts.kind))
    source = debugger.facts.sizes_from
    head = [tr("as told by {source}:", source=source)] if source else []
    return (
        "\n".join([*head, *lines])
        if lines
        else tr("no type that is known has {rest!r} in its name", rest=rest)
    )


COMMANDS = (
    Command(
        "ptype",
        (),
        "ptype[/o] TYPE|EXPRESSION",
        translatable(
            "a structure's members, /o with offsets and sizes; what an expression's type is made of"
        ),
        _ptype,
        complete=lambda debugger: [f"struct {name}" for name in debugger.types.names()],
    ),
    Command(
        "whatis",
        (),
        "whatis EXPRESSION",
        translatable("the type of an expression"),
        _whatis,
        complete=lambda debugger: [f"struct {name}" for name in debugger.types.names()],
    ),
)
