"""The physical memory of a captured machine as it was when its kernel was entered: every blob where boot
loader and firmware had put it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any
from uuid import UUID

from bootstep.boots.core.inputs import Machine
from bootstep.boots.live.entry import Entry
from bootstep.boots.live.inputs.records import KernelFiles
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.sizes import Sizes
from bootstep.model.firmware.boot_params import BootParams
from bootstep.model.firmware.devicetree.tree import DeviceTree
from bootstep.model.firmware.efi_tables import GUIDS
from fake_target import FakeTarget
from parsed_images import image_of
from real_cases import unpacked

NO_SIZES = Sizes("nothing", {}, {})
EL1 = 0x3C5


class AtEntry:
    """A case, its machine, and a target that stands at the entry of its kernel."""

    def __init__(self, case: str, folder: Path, physical: bool = True) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.machine: Machine = read_machine(unpacked(case, folder))
        assert self.machine.vmlinux
        self.image = image_of(self.machine.vmlinux)
        is_arm64 = self.machine.arch == "arm64"
        facts = self.json("firmware.json")
        registers = (
            {"x0": self.machine.dtb_address, "cpsr": EL1, "pc": self.machine.load_address}
            if is_arm64
            else {"rsi": _number(facts["boot_params_pa"]), "rip": 0x1000000}
        )
        self.target = FakeTarget(registers, physical=physical)
        self.entry = Entry(self.machine.load_address, registers)
        self.memory = KernelMemory(self.target, self.image.symbols, 0, NO_SIZES)
        self.put = self.target.physical.put
        self._image()
        if is_arm64:
            self._board()
        else:
            self._pc(facts)

    def json(self, name: str) -> dict[str, Any]:
        """A file of the case; empty if it has none."""
        path = self.folder / name
        return json.loads(path.read_text()) if path.is_file() else {}

    @property
    def files(self) -> KernelFiles:
        """Those of the case's kernel."""
        return KernelFiles(self.machine.vmlinux, None, self.machine.config, str(self.machine.release))

    def bytes(self, name: str) -> bytes:
        """The bytes of a file of the case."""
        return (self.folder / name).read_bytes()

    def _image(self) -> None:
        debug = self.image.symbols["memblock_debug"] - self.image.symbols["_text"]
        value = int(self.machine.memblock_debug)
        self.put(self.machine.load_address + debug, value.to_bytes(4, "little"))

    def _board(self) -> None:
        blob = self.bytes("board.dtb")
        self.put(self.machine.dtb_address, blob)
        facts = self.json("efi.json")
        chosen = DeviceTree(blob).find("/chosen")
        if not facts or chosen is None:
            return
        table, start = (
            int.from_bytes(chosen.properties[f"linux,uefi-{name}"]) for name in ("system-table", "mmap-start")
        )
        initrd = self.machine.initrd or (0, 0)
        self._uefi(table, start, {**facts, "initrd_table": initrd})
        self._acpi([(name, _number(pa)) for name, pa, _ in facts["acpi_tables_[sig,pa,len]"]])

    def _pc(self, facts: dict[str, Any]) -> None:
        page = BootParams(self.bytes("boot_params.bin"))
        self.put(0, bytes(0x1000))
        self.put(0x9F000, bytes(0x1000))
        self.put(0xE0000, bytes(0x20000))
        self.put(0x40E, struct.pack("<H", _number(facts["ebda_segment_0x40e"])))
        self.put(0x413, struct.pack("<H", facts["base_memory_k_0x413"]))
        self.put(_number(facts["boot_params_pa"]), page.data)
        place, words = _number(facts["cmdline_pa"]), (self.machine.cmdline or "").encode() + b"\0"
        self.put(place, words + bytes(-(place + len(words)) % 0x100))
        self._setup_data(facts["setup_data"])
        for mp in facts["mp"]:
            kind = b"_MP_", _number(mp["table_pa"]), 1, mp["spec"], 0, mp["feature1"]
            head = struct.pack("<4sIBBBB4x", *kind)
            self.put(_number(mp["pa"]), head[:10] + bytes([-sum(head) & 0xFF]) + head[11:])
            self.put(_number(mp["table_pa"]), bytes.fromhex(mp["table"]))
        for one in facts["smbios"]:
            self.put(_number(one["table_pa"]), bytes.fromhex(one["table"]))
            self.put(_number(one["entry_point_pa"]), bytes.fromhex(one["entry_point"]).ljust(32, b"\0"))
        self._acpi([(table["signature"], _number(table["pa"])) for table in facts["acpi_tables"]])
        uefi = self.json("efi.json")
        if uefi:
            self._uefi(page.efi_systab, page.efi_memmap, uefi)

    def _setup_data(self, nodes: list[dict[str, Any]]) -> None:
        for node, following in zip(nodes, [*nodes, {"pa": 0}][1:], strict=True):
            head = struct.pack("<QII", _number(following["pa"]), node["type"], node["len"])
            self.put(_number(node["pa"]), head + bytes.fromhex(node.get("data", "")))

    def _acpi(self, places: list[tuple[str, int]]) -> None:
        for signature, address in places:
            self.put(address, self.bytes(f"acpi/{signature}.bin"))

    def _uefi(self, system_table: int, memory_map: int, facts: dict[str, Any]) -> None:
        """The system table, the map, and the tables that are listed."""
        self.put(memory_map, self.bytes("efi_memmap.bin"))
        told = {**facts, **facts.get("system_table", {})}
        vendor, tables = system_table + 0x200, system_table + 0x400
        listing = facts["config_tables"]
        head = struct.pack("<8sI12xQI", b"IBI SYST", _number(told.get("revision", 2 << 16 | 70)), vendor, 0)
        self.put(system_table, head.ljust(104, b"\0") + struct.pack("<QQ", len(listing), tables))
        self.put(vendor, told.get("vendor", "EDK II").encode("utf-16-le").ljust(200, b"\0"))
        entries = ((UUID(one["guid"]).bytes_le, _number(one["table"])) for one in listing)
        self.put(tables, b"".join(guid + struct.pack("<Q", address) for guid, address in entries))
        places = {one["guid"]: _number(one["table"]) for one in listing}
        contents = {
            "MEMATTR": struct.pack("<IIII", 1, self._attributes(listing), 48, 0),
            "INITRD": struct.pack("<QQ", *(_number(one) for one in facts["initrd_table"])),
            "MEMRESERVE": bytes(16),
        }
        for name, content in contents.items():
            if GUIDS[name] in places:
                self.put(places[GUIDS[name]], content)

    def _attributes(self, listing: list[dict[str, Any]]) -> int:
        return next((one["memattr"]["entries"] for one in listing if "memattr" in one), 21)


def _number(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 0)
