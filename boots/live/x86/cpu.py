"""What the CPU of an x86 kernel can do, as the kernel has found out (``boot_cpu_data``, a struct
cpuinfo_x86), as cpu.json has it.

The names of flags and bugs are the kernel's own, of its arrays ``x86_cap_flags`` and ``x86_bug_flags``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from ...remote.target import Range
from ..memory import WORD, KernelMemory

STRUCTURE, VARIABLE = "cpuinfo_x86", "boot_cpu_data"
FLAGS, BUGS = "x86_cap_flags", "x86_bug_flags"
BITS, LONGEST_NAME, MOST_WORDS = 32, 24, 64
LARGEST = 4096
NUMBERS = {
    "family": "x86",
    "model": "x86_model",
    "stepping": "x86_stepping",
    "physical_bits": "x86_phys_bits",
    "virtual_bits": "x86_virt_bits",
}
"""The keys of cpu.json and the members that have them."""
IN_ONE_WORD = {"model": 0, "family": 1}
"""Where they are in the word that has the vendor too, since 6.10, by the byte."""


async def read_cpu(memory: KernelMemory) -> dict[str, Any] | None:
    """The facts of cpu.json; None if the structure is not known, or cannot be read."""
    address, size = memory.address(VARIABLE), memory.sizes.structures.get(f"struct {STRUCTURE}", 0)
    place = _capability(memory)
    if address is None or place is None or not 0 < sum(place) <= size <= LARGEST:
        return None
    data = await memory.bytes_at(address, size)
    if data is None:
        return None
    found: dict[str, Any] = {"vendor": _text(memory, data, "x86_vendor_id")}
    for key, member in NUMBERS.items():
        found[key] = memory.member(data, STRUCTURE, member)
    word = _word_of_names(memory)
    if word is not None:
        found |= {key: data[word + at] for key, at in IN_ONE_WORD.items() if found[key] is None}
    name = _text(memory, data, "x86_model_id")
    found |= {"name": name} if name else {}
    capability = data[place[0] : sum(place)]
    words = [int.from_bytes(capability[at : at + 4], "little") for at in range(0, len(capability), 4)]
    count = await _words_of_flags(memory, len(words))
    if count is None or None in found.values():
        return None
    found["flags"] = await _names(memory, FLAGS, words[:count])
    found["bugs"] = await _names(memory, BUGS, words[count:])
    return found


def _capability(memory: KernelMemory) -> tuple[int, int] | None:
    """Place and size of the words of flags and bugs, which lie in an unnamed union of more than one word."""
    for name, at, size, _ in memory.sizes.members.get(STRUCTURE, ()):
        if name == "x86_capability" or (name is None and size > BITS // 8):
            return at, size
    return None


def _word_of_names(memory: KernelMemory) -> int | None:
    """Where the unnamed union is that has family, model and vendor, of four bytes."""
    unnamed = (at for name, at, size, _ in memory.sizes.members[STRUCTURE] if name is None and size == 4)
    return next(unnamed, None)


def _text(memory: KernelMemory, data: bytes, member: str) -> str:
    place = memory.place(STRUCTURE, member)
    raw = data[place[0] : sum(place)] if place else b""
    return "".join(chr(byte) for byte in raw.partition(b"\0")[0] if 32 <= byte < 127).strip()


async def _words_of_flags(memory: KernelMemory, words: int) -> int | None:
    """How many of the words have flags; the others have bugs.  The array of their names is as long, up to the
    next symbol; None if that is not told."""
    start = memory.symbols.get(FLAGS)
    if start is None or words > MOST_WORDS:
        return None
    addresses = sorted(set(memory.symbols.values()))
    following = addresses[bisect_right(addresses, start) :][:1]
    if not following:
        return None
    count = (following[0] - start) // (WORD * BITS)
    return count if 0 < count <= words else None


async def _names(memory: KernelMemory, symbol: str, words: list[int]) -> list[str]:
    """The names of the bits that are set, of an array of pointers to names."""
    address = memory.address(symbol)
    array = (
        await memory.bytes_at(address, len(words) * BITS * WORD) if address is not None and words else None
    )
    if array is None:
        return []
    bits = (number for number in range(len(words) * BITS) if words[number // BITS] >> number % BITS & 1)
    places = [int.from_bytes(array[bit * WORD : bit * WORD + WORD], "little") for bit in bits]
    names = await memory.many([Range(place, LONGEST_NAME) for place in places if place])
    texts = [name.partition(b"\0")[0].decode("ascii", "replace") for name in names if name]
    return [text for text in texts if text and text.isprintable()]


def has_all(facts: Mapping[str, Any]) -> bool:
    """Whether this is a CPU that can run kernels of 64 bits, as everything that reads cpu.json demands."""
    flags = set(facts["flags"])
    return {"lm", "pae"} <= flags and 32 <= facts["physical_bits"] <= 52 and facts["virtual_bits"] in (48, 57)
