"""What lies in a PC's memory: RAM that QEMU keeps in files, and what firmware and boot loader left there."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

FOUR_GIB = 1 << 32
BIOS = 0xE0000, 0x100000
EBDA_SEGMENT, BASE_MEMORY = 0x40E, 0x413


class Ram:
    """The RAM in one file or more, of which the first `low` bytes are below 4 GiB, and the rest above."""

    def __init__(self, files: Sequence[Path], low: int) -> None:
        self.low = low
        self.parts = [_mapped(path) for path in files]

    def close(self) -> None:
        """Forget the files."""
        for part in self.parts:
            part.close()

    def bytes(self, address: int, size: int) -> bytes:
        """So many bytes from a physical address on, fewer where there is no RAM."""
        if self.low <= address < FOUR_GIB:
            return b""
        at = address if address < FOUR_GIB else address - FOUR_GIB + self.low
        for part in self.parts:
            if at < len(part):
                return part[at : at + size]
            at -= len(part)
        return b""

    def number(self, address: int, size: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.bytes(address, size), "little")

    def acpi_tables(self) -> Iterator[tuple[str, int, bytes]]:
        """Signature, address and bytes of ACPI's root pointer and of each table it leads to."""
        root = self._found(b"RSD PTR ")
        if root is None:
            return
        pointer = self.bytes(root, 36)
        yield "RSDP", root, pointer[: 20 if pointer[15] == 0 else 36]
        rsdt = int.from_bytes(pointer[16:20], "little")
        yield from self._table(rsdt)
        for at in range(36, self.number(rsdt + 4, 4), 4):
            yield from self._table(self.number(rsdt + at, 4))

    def _table(self, address: int) -> Iterator[tuple[str, int, bytes]]:
        data = self.bytes(address, self.number(address + 4, 4))
        signature = data[:4].decode("latin-1")
        yield signature, address, data
        if signature == "FACP":
            for at in (36, 40):
                yield from self._table(int.from_bytes(data[at : at + 4], "little"))

    def firmware(self) -> dict[str, object]:
        """What firmware.json has."""
        tables = list(self.acpi_tables())
        return {
            "setup_data": [],
            "ebda_segment_0x40e": hex(self.number(EBDA_SEGMENT, 2)),
            "base_memory_k_0x413": self.number(BASE_MEMORY, 2),
            "mp": list(self._mp()),
            "smbios": list(self._smbios()),
            "rsdp_pa": hex(tables[0][1]) if tables else "0x0",
            "acpi_tables": [
                {"signature": signature, "pa": hex(address), "size": len(data), "file": file_name(tables, at)}
                for at, (signature, address, data) in enumerate(tables)
            ],
            "proc_mtrr": [],
        }

    def _found(self, signature: bytes) -> int | None:
        start, end = BIOS
        data = self.bytes(start, end - start)
        return next(
            (
                start + at
                for at in range(0, len(data), 16)
                if data.startswith(signature, at)
                and not sum(data[at : at + 20 if signature[0] == 82 else at + 16]) & 0xFF
            ),
            None,
        )

    def _mp(self) -> Iterator[dict[str, object]]:
        at = self._found(b"_MP_")
        if at is not None:
            table = self.number(at + 4, 4)
            size = self.number(table + 4, 2)
            yield {
                "pa": hex(at),
                "spec": self.number(at + 9, 1),
                "feature1": self.number(at + 11, 1),
                "table_pa": hex(table),
                "table": self.bytes(table, size).hex(),
            }

    def _smbios(self) -> Iterator[dict[str, object]]:
        at = self._found(b"_SM_")
        if at is not None:
            entry = self.bytes(at, 31)
            size, table, count = struct.unpack_from("<HIH", entry, 22)
            yield {
                "entry_point_pa": hex(at),
                "entry_point": entry.hex(),
                "table_pa": hex(table),
                "table_size": size,
                "count": count,
                "table": self.bytes(table, size).hex(),
            }


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)


def file_name(tables: Sequence[tuple[str, int, bytes]], at: int) -> str:
    """What the file of a table is called: SSDT2.bin is the second of its kind."""
    signature = tables[at][0]
    number = sum(other == signature for other, _, _ in tables[: at + 1])
    return f"{signature}{number if number > 1 else ''}.bin"
