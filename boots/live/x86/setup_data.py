"""The list of setup_data that boot loaders leave for an x86 kernel (struct setup_data of
arch/x86/include/uapi/asm/setup_data.h)."""

from __future__ import annotations

from ....model.firmware.boot_params import (
    SETUP_DATA_SIZE,
    SETUP_E820_EXT,
    SETUP_IMA,
    SETUP_INDIRECT,
    SetupData,
)
from ....model.language.words import tr
from ..inputs.physical import Reader

MOST_NODES = 64
LARGEST_READ = 1 << 16
READ = (SETUP_E820_EXT, SETUP_IMA, SETUP_INDIRECT)
"""The types whose bytes the kernel's memory turns on; those of others may be anything: options, keys, a
device's own program."""


async def read_setup_data(reader: Reader, first: int, missing: list[str]) -> list[SetupData]:
    """The nodes from the one at a physical address on (0: there is none), as far as they make sense."""
    found: list[SetupData] = []
    seen: set[int] = set()
    address = first
    while address:
        if address in seen or len(found) >= MOST_NODES:
            missing.append(
                tr("setup_data: the list does not end, it comes back to {address}", address=hex(address))
            )
            break
        seen.add(address)
        head = await reader.bytes_at(address, SETUP_DATA_SIZE)
        if head is None:
            missing.append(tr("setup_data: there is no node at {address}", address=hex(address)))
            break
        kind, length = (int.from_bytes(head[at : at + 4], "little") for at in (8, 12))
        data = b""
        if kind in READ and 0 < length <= LARGEST_READ:
            data = await reader.bytes_at(address + SETUP_DATA_SIZE, length) or b""
        if address + SETUP_DATA_SIZE + length > 1 << 52:
            missing.append(tr("setup_data: there is no node at {address}", address=hex(address)))
            break
        found.append(SetupData(address, kind, length, data))
        address = int.from_bytes(head[:8], "little")
    return found


def spelled(node: SetupData) -> dict[str, str | int]:
    """A node as firmware.json has it."""
    told: dict[str, str | int] = {"pa": hex(node.address), "type": node.type, "len": node.length}
    return told | ({"data": node.data.hex()} if node.data else {})
