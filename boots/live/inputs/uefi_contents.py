"""What stands in UEFI's configuration tables, as far as the kernel's memory turns on it.

Mirrors the structures of include/linux/efi.h and drivers/firmware/efi/mokvar-table.c.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ....model.firmware.efi_tables import GUIDS
from .physical import Reader

Contents = Any
MOST_RESERVATIONS, MOST_RESERVED = 256, 4096
"""Pieces of the list of reservations, and entries of a piece."""
MOKVAR_NAME, MOKVAR_ENTRY = 256, 264
MOST_MOKVARS, LARGEST_MOKVAR = 256, 64 << 20
RESERVATION_HEAD, RESERVED = 16, 16
SCREEN, LFB_BASE_AT, LFB_SIZE_AT, EXT_LFB_BASE_AT = 64, 0x18, 0x1C, 0x3A


async def _attributes(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 16)
    return data and {"version": _u32(data, 0), "entries": _u32(data, 4), "desc_size": _u32(data, 8)}


async def _seed(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 4)
    return data and {"size": _u32(data, 0)}


async def _event_log(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 9)
    return data and {"size": _u32(data, 0), "version": data[8]}


async def _final_log(memory: Reader, address: int) -> Contents:
    """The size of no events is known; that of events is in their many forms."""
    data = await memory.bytes_at(address, 16)
    return {"events_size": 0} if data and not _u64(data, 8) else None


async def _firmware_resources(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 16)
    return data and {"count": _u32(data, 0), "version": _u64(data, 8)}


async def _unaccepted(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 24)
    return data and {"version": _u32(data, 0), "size": _u64(data, 16)}


async def _initrd(memory: Reader, address: int) -> Contents:
    data = await memory.bytes_at(address, 16)
    return data and {"base": hex(_u64(data, 0)), "size": hex(_u64(data, 8))}


async def _machine_owner_keys(memory: Reader, address: int) -> Contents:
    """The size of the entries up to the empty one that ends them; none of their contents."""
    size = 0
    for _ in range(MOST_MOKVARS):
        head = await memory.bytes_at(address + size, MOKVAR_ENTRY)
        if head is None:
            return None
        length = _u64(head, MOKVAR_NAME)
        if not head[0]:
            return {"size": size + MOKVAR_ENTRY}
        if length > LARGEST_MOKVAR:
            return None
        size += MOKVAR_ENTRY + length
    return None


async def _reservations(memory: Reader, head: int) -> Contents:
    """The list of what an earlier kernel wants kept; it ends where it would come back to a piece."""
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    address = head
    while address and address not in seen and len(found) < MOST_RESERVATIONS:
        seen.add(address)
        data = await memory.bytes_at(address, RESERVATION_HEAD)
        if data is None:
            return None
        size, count, following = _u32(data, 0), _u32(data, 4), _u64(data, 8)
        count = min(count, size, MOST_RESERVED)
        entries = await memory.bytes_at(address + RESERVATION_HEAD, count * RESERVED) if count else b""
        if entries is None:
            return None
        pairs = [(_u64(entries, at), _u64(entries, at + 8)) for at in range(0, len(entries), RESERVED)]
        piece: dict[str, Any] = {
            "size": size,
            "entries": [[hex(base), hex(length)] for base, length in pairs],
        }
        found.append(piece if address == head else {**piece, "address": hex(address)})
        address = following
    return found


READERS: Mapping[str, Callable[[Reader, int], Awaitable[Contents]]] = {
    "MEMATTR": _attributes,
    "RNG": _seed,
    "TPMEventLog": _event_log,
    "TPMFinalLog": _final_log,
    "ESRT": _firmware_resources,
    "MOKvar": _machine_owner_keys,
    "Unaccepted": _unaccepted,
    "INITRD": _initrd,
    "MEMRESERVE": _reservations,
}
"""How the contents of a table are read, by its name; what is None is left to be assumed."""


async def read_contents(memory: Reader, tables: Mapping[str, int]) -> dict[str, Contents]:
    """The contents of the tables whose addresses are told by their GUIDs, as efi.json has them."""
    found: dict[str, Contents] = {}
    for name, read in READERS.items():
        address = tables.get(GUIDS[name])
        content = await read(memory, address) if address else None
        if content is not None:
            found[name] = content
    return found


async def read_screen(memory: Reader, tables: Mapping[str, int]) -> dict[str, str] | None:
    """Where the frame buffer is, as the boot stub tells it."""
    address = tables.get(GUIDS["SCREEN_INFO"])
    data = await memory.bytes_at(address, SCREEN) if address else None
    if data is None:
        return None
    base = _u32(data, LFB_BASE_AT) | _u32(data, EXT_LFB_BASE_AT) << 32
    return {"lfb_base": hex(base), "lfb_size": hex(_u32(data, LFB_SIZE_AT))}


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")
