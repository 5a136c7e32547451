"""Kernels of other architectures, recognised by how they begin.

Mirrors Documentation/arch/x86/boot.rst (bzImage), arch/arm/boot/compressed/head.S (zImage),
Documentation/arch/riscv/boot-image-header.rst, and the machine numbers of PE and ELF headers.
"""

from __future__ import annotations

from .formats import format_of, format_of_machine

PE_MACHINES = {
    0x8664: "x86-64",
    0x014C: "32-bit x86",
    0x01C0: "32-bit ARM",
    0x01C2: "32-bit ARM",
    0x5032: "32-bit RISC-V",
    0x5064: "RISC-V",
    0x6232: "32-bit LoongArch",
    0x6264: "LoongArch",
}
ELF_MACHINES = {
    2: "SPARC",
    3: "32-bit x86",
    4: "m68k",
    8: "MIPS",
    15: "PA-RISC",
    20: "32-bit PowerPC",
    21: "PowerPC",
    22: "s390",
    40: "32-bit ARM",
    42: "SuperH",
    43: "SPARC",
    50: "IA-64",
    62: "x86-64",
    92: "OpenRISC",
    243: "RISC-V",
    258: "LoongArch",
}


def foreign_kernel(start: bytes) -> str:
    """What kernel of another architecture begins so: "an x86 bzImage"; "" if this may be one that can be
    read, or is none at all."""
    if format_of(start) is not None:
        return ""
    if start[0x202:0x206] == b"HdrS":
        return "a bzImage of 32-bit x86"
    if start[0x24:0x28] in (b"\x18\x28\x6f\x01", b"\x01\x6f\x28\x18"):
        return "a zImage of 32-bit ARM"
    if start[0x38:0x3C] == b"RSC\x05" or start[0x30:0x35] == b"RISCV":
        return "an Image of RISC-V"
    if start[:4] == b"\x7fELF":
        return _elf(start)
    if start[:2] == b"MZ":
        at = int.from_bytes(start[0x3C:0x40], "little")
        machine = int.from_bytes(start[at + 4 : at + 6], "little") if start[at : at + 4] == b"PE\0\0" else 0
        return f"an EFI program of {PE_MACHINES[machine]}" if machine in PE_MACHINES else ""
    return ""


def _elf(start: bytes) -> str:
    order = "big" if start[5:6] == b"\2" else "little"
    machine = int.from_bytes(start[18:20], order)
    images = format_of_machine(machine)
    if images is not None:
        return f"an ELF file of big-endian {images.arch}" if order == "big" else ""
    return f"an ELF file of {ELF_MACHINES.get(machine, f'machine {machine}')}"
