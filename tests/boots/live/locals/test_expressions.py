"""DWARF expressions, worked out with registers and memory that a test has."""

from __future__ import annotations

import pytest
from bootstep.boots.live.locals.expressions import DEEPEST, Around, Located, Unknown, address_of, evaluated
from bootstep.model.build.dwarf.frames.records import Operation

REGISTERS = {0: 0x1000, 29: 0x2000, 31: 0x3000}
MEMORY = {0x2010: bytes(range(1, 9))}
ENTRY = {1: 77}
CFA, BASE, MOVED = 0x4000, 0x5000, 0x100000


def register(number: int) -> int:
    if number not in REGISTERS:
        raise Unknown
    return REGISTERS[number]


def memory(address: int, size: int) -> bytes:
    if address not in MEMORY:
        raise Unknown
    return MEMORY[address][:size]


def entry(number: int) -> int:
    if number not in ENTRY:
        raise Unknown
    return ENTRY[number]


AROUND = Around(register, memory, entry, lambda: CFA, lambda: BASE, MOVED)


def steps(words: str) -> tuple[Operation, ...]:
    """``breg29 16; deref; stack_value``."""
    found: list[Operation] = []
    for step in words.split("; "):
        name, *given = step.split()
        found.append(Operation(f"DW_OP_{name}", tuple(int(each, 0) for each in given)))
    return tuple(found)


def value(words: str) -> int | Located:
    return evaluated(steps(words), AROUND)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reg0", 0x1000),
        ("regx 29", 0x2000),
        ("lit7; stack_value", 7),
        ("consts -2; stack_value", (1 << 64) - 2),
        ("const2u 4095; lit1; plus; stack_value", 4096),
        ("lit9; lit4; minus; stack_value", 5),
        ("lit2; lit5; minus; stack_value", (1 << 64) - 3),
        ("lit3; lit5; mul; stack_value", 15),
        ("lit12; lit10; and; stack_value", 8),
        ("lit12; lit10; or; stack_value", 14),
        ("lit12; lit10; xor; stack_value", 6),
        ("lit1; lit31; shl; stack_value", 1 << 31),
        ("consts -8; lit1; shra; stack_value", (1 << 64) - 4),
        ("consts -8; lit1; shr; stack_value", ((1 << 64) - 8) >> 1),
        ("consts -1; lit0; lt; stack_value", 1),
        ("consts -1; lit0; ge; stack_value", 0),
        ("lit5; neg; stack_value", (1 << 64) - 5),
        ("lit0; not; stack_value", (1 << 64) - 1),
        ("consts -5; abs; stack_value", 5),
        ("breg29 16; deref; stack_value", 0x0807060504030201),
        ("breg29 16; deref_size 2; stack_value", 0x0201),
        ("lit1; lit2; swap; minus; stack_value", 1),
        ("lit4; dup; mul; stack_value", 16),
        ("lit4; lit5; drop; nop; stack_value", 4),
        ("lit4; plus_uconst 300; stack_value", 304),
    ],
)
def test_values(words: str, expected: int) -> None:
    assert value(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("breg31 -8", 0x2FF8),
        ("bregx 31 8", 0x3008),
        ("fbreg -16", BASE - 16),
        ("call_frame_cfa", CFA),
        ("addr 0x7000", 0x7000 + MOVED),
    ],
)
def test_places(words: str, expected: int) -> None:
    assert value(words) == Located(expected)
    assert address_of(steps(words), AROUND) == expected


def test_the_value_at_entry() -> None:
    inner = Operation("DW_OP_entry_value", (steps("reg1"),))
    assert evaluated((inner, *steps("lit1; plus; stack_value")), AROUND) == 78
    with pytest.raises(Unknown):
        evaluated((Operation("DW_OP_entry_value", (steps("reg2"),)), *steps("stack_value")), AROUND)
    with pytest.raises(Unknown):
        evaluated((Operation("DW_OP_entry_value", (steps("breg1 8"),)),), AROUND)


@pytest.mark.parametrize(
    "words",
    ["reg5", "breg5 0", "plus", "lit1; minus", "piece 8", "implicit_pointer 1", "breg0 0; deref", "nop"],
)
def test_what_cannot_be_known(words: str) -> None:
    with pytest.raises(Unknown):
        value(words)


def test_a_stack_without_end_is_given_up() -> None:
    with pytest.raises(Unknown):
        value("lit1; " + "; ".join(["dup"] * (DEEPEST + 1)))
