"""A small machine that a stub of gdb's may stand before.

Its life is a list of `Moment`s: where its CPU is, what it changes there; after the last it runs for ever, or
ends if `ends` says how (``W00``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Moment(NamedTuple):
    """Where the CPU is, what changed until it came there, and which addresses were read."""

    pc: int
    registers: Mapping[str, int] = {}
    memory: Mapping[int, bytes] = {}
    reads: Sequence[int] = ()


class FakeRegister(NamedTuple):
    """A register as the description has it; `core` ones come together by ``g``."""

    name: str
    bits: int
    core: bool = True
    kind: str = "int"


CORE = (
    *(FakeRegister(f"x{number}", 64) for number in range(31)),
    FakeRegister("sp", 64, kind="data_ptr"),
    FakeRegister("pc", 64, kind="code_ptr"),
    FakeRegister("cpsr", 32),
)
SYSTEM = (FakeRegister("TTBR0_EL1", 64, False), FakeRegister("TTBR1_EL1", 64, False))


class FakeMachine:
    """Registers, memory and a life of moments."""

    def __init__(
        self,
        life: Sequence[Moment],
        memory: Mapping[int, bytes] | None = None,
        physical: Mapping[int, bytes] | None = None,
        ends: str = "",
        registers: Sequence[FakeRegister] = (*CORE, *SYSTEM),
        architecture: str = "aarch64",
    ) -> None:
        self.described = registers
        self.architecture = architecture
        self.registers = {each.name: 0 for each in registers}
        self.memory = {base: bytearray(data) for base, data in (memory or {}).items()}
        self.physical = {base: bytearray(data) for base, data in (physical or {}).items()}
        self.ends = ends
        self.life = list(life)
        self.at = -1
        self.ended = False
        self.move()

    @property
    def pc(self) -> int:
        return self.life[self.at].pc

    def move(self) -> bool:
        """To the next moment; False if there is none."""
        if self.at + 1 >= len(self.life):
            return False
        self.at += 1
        moment = self.life[self.at]
        pc = next(each.name for each in self.described if each.kind == "code_ptr")
        self.registers.update({**moment.registers, pc: moment.pc})
        for address, data in moment.memory.items():
            self.write(address, data)
        return True

    def write(self, address: int, data: bytes) -> None:
        for base, held in self.memory.items():
            if base <= address and address + len(data) <= base + len(held):
                held[address - base : address - base + len(data)] = data

    def read(self, address: int, size: int, physical: bool = False) -> bytes | None:
        for base, held in (self.physical if physical else self.memory).items():
            if base <= address and address + size <= base + len(held):
                return bytes(held[address - base : address - base + size])
        return None

    def value(self, register: FakeRegister) -> bytes:
        """A register's value as hexadecimal digits."""
        size = register.bits // 8
        return (self.registers[register.name] % (1 << register.bits)).to_bytes(size, "little").hex().encode()


def described(machine: FakeMachine) -> dict[str, bytes]:
    """A machine's description, as QEMU writes it: the prefix ``xi`` is declared nowhere."""

    def feature(name: str, core: bool) -> bytes:
        lines = "".join(
            f'<reg name="{each.name}" bitsize="{each.bits}" regnum="{number}" type="{each.kind}"/>'
            for number, each in enumerate(machine.described)
            if each.core == core
        )
        return f'<?xml version="1.0"?><feature name="{name}">{lines}</feature>'.encode()

    return {
        "target.xml": (
            f'<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target><architecture>'
            f'{machine.architecture}</architecture><xi:include href="core.xml"/>'
            f'<xi:include href="system.xml"/></target>'
        ).encode(),
        "core.xml": feature("org.example.core", True),
        "system.xml": feature("org.example.system", False),
    }
