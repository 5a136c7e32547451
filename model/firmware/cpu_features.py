"""What an x86 CPU can do, as far as memory turns on it: page sizes, levels of tables, address bits, bugs.

Told by /proc/cpuinfo, by a JSON file of the same facts, or by the name that QEMU has for the CPU.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..base.errors import InputError
from ..language.words import tr
from .json_reader import JsonReader

ALWAYS = frozenset(("fpu", "pse", "tsc", "msr", "pae", "cx8", "apic", "mtrr", "pge", "cmov", "pat")) | {
    *("fxsr", "sse", "sse2", "syscall", "nx", "lm", "pni", "cx16")
}
"""What all CPUs with 64 bits have, but for a very few that lack NX."""
GIB_PAGES = ALWAYS | {"pdpe1gb", "rdtscp"}
FIVE_LEVELS = GIB_PAGES | {"la57"}
INTEL, AMD, HYGON = "GenuineIntel", "AuthenticAMD", "HygonGenuine"
VENDORS_WITHOUT_MELTDOWN = (AMD, HYGON)
MELTDOWN = "cpu_meltdown"
QEMU_PHYSICAL_BITS = 40
KEYS = ("vendor", "family", "model", "stepping", "name", "physical_bits", "virtual_bits", "flags", "bugs")


class CpuFeatures(Struct, frozen=True):
    """One CPU: `flags` and `bugs` by the names of /proc/cpuinfo, `physical_bits` and `virtual_bits` of its
    addresses; `source` is the file that tells, "" if none does."""

    vendor: str = ""
    family: int = 0
    model: int = 0
    stepping: int = 0
    name: str = ""
    physical_bits: int = QEMU_PHYSICAL_BITS
    virtual_bits: int = 48
    flags: frozenset[str] = frozenset()
    bugs: frozenset[str] = frozenset()
    source: str = ""

    def has(self, flag: str) -> bool:
        """Whether it has a feature, by its name in /proc/cpuinfo."""
        return flag in self.flags

    def has_bug(self, bug: str) -> bool:
        """Whether it has a bug, by its name in /proc/cpuinfo."""
        return bug in self.bugs


UNKNOWN = CpuFeatures()
"""The features of a CPU that nobody has told of yet."""


class _Model:
    """What of QEMU's definition of a CPU matters here."""

    def __init__(self, vendor: str, family: int, model: int, flags: frozenset[str] = ALWAYS) -> None:
        self.facts = CpuFeatures(vendor, family, model, flags=flags | {"hypervisor"})


QEMU_MODELS: Mapping[str, _Model] = {
    "qemu64": _Model(AMD, 15, 107),
    "max": _Model(AMD, 15, 107, FIVE_LEVELS),
    "host": _Model(AMD, 15, 107, FIVE_LEVELS),
    "kvm64": _Model(INTEL, 15, 6),
    "phenom": _Model(AMD, 16, 2, GIB_PAGES),
    "core2duo": _Model(INTEL, 6, 15),
    "Conroe": _Model(INTEL, 6, 15),
    "Penryn": _Model(INTEL, 6, 23),
    "Nehalem": _Model(INTEL, 6, 26),
    "Westmere": _Model(INTEL, 6, 44),
    "SandyBridge": _Model(INTEL, 6, 42),
    "IvyBridge": _Model(INTEL, 6, 58),
    "Haswell": _Model(INTEL, 6, 60),
    "Broadwell": _Model(INTEL, 6, 61),
    "Skylake-Client": _Model(INTEL, 6, 94),
    "Skylake-Server": _Model(INTEL, 6, 85, GIB_PAGES),
    "Cascadelake-Server": _Model(INTEL, 6, 85, GIB_PAGES),
    "Cooperlake": _Model(INTEL, 6, 85, GIB_PAGES),
    "Icelake-Server": _Model(INTEL, 6, 134, FIVE_LEVELS),
    "SapphireRapids": _Model(INTEL, 6, 143, FIVE_LEVELS),
    "GraniteRapids": _Model(INTEL, 6, 173, FIVE_LEVELS),
    "Snowridge": _Model(INTEL, 6, 134, GIB_PAGES),
    "Denverton": _Model(INTEL, 6, 95, GIB_PAGES),
    "KnightsMill": _Model(INTEL, 6, 133, GIB_PAGES),
    "Opteron_G1": _Model(AMD, 15, 6),
    "Opteron_G2": _Model(AMD, 15, 6),
    "Opteron_G3": _Model(AMD, 16, 2),
    "Opteron_G4": _Model(AMD, 21, 1, GIB_PAGES),
    "Opteron_G5": _Model(AMD, 21, 2, GIB_PAGES),
    "EPYC": _Model(AMD, 23, 1, GIB_PAGES),
    "EPYC-Rome": _Model(AMD, 23, 49, GIB_PAGES),
    "EPYC-Milan": _Model(AMD, 25, 1, GIB_PAGES),
    "EPYC-Genoa": _Model(AMD, 25, 17, FIVE_LEVELS),
    "Dhyana": _Model(HYGON, 24, 0, GIB_PAGES),
}
"""CPUs by their names in QEMU (target/i386/cpu.c); a version behind a name changes nothing that counts."""
_VERSION = r"-(?:v\d{1,3}|IBRS|IBPB|noTSX)"
_SPELLED = {"lahf-lm": "lahf_lm", "sse4.1": "sse4_1", "sse4.2": "sse4_2"}


def features_of_model(cpu: str) -> CpuFeatures | None:
    """What a CPU has by the name it has for QEMU, with features switched on and off behind it:
    ``max,-la57``, ``qemu64,+pdpe1gb,phys-bits=46``.  None if no such name is known."""
    name, *switches = (part.strip() for part in cpu.split(","))
    known = QEMU_MODELS.get(re.sub(_VERSION, "", name))
    if known is None:
        return None
    features = replace(known.facts, name=name)
    for switch in switches:
        features = _switched(features, switch)
    if "rdctl-no=on" not in switches and features.vendor not in VENDORS_WITHOUT_MELTDOWN:
        features = replace(features, bugs=features.bugs | {MELTDOWN})
    bits = 57 if features.has("la57") else 48
    return replace(features, virtual_bits=bits)


def _switched(features: CpuFeatures, switch: str) -> CpuFeatures:
    """The same with a feature on or off, by ``+name``, ``-name``, ``name=on``, ``name=off``."""
    name, _, value = switch.lstrip("+-").partition("=")
    if name in ("phys-bits", "host-phys-bits-limit") and value.isdecimal() and 32 <= int(value[:3]) <= 52:
        return replace(features, physical_bits=int(value))
    flag = _SPELLED.get(name, name)
    if switch.startswith("-") or value == "off":
        return replace(features, flags=features.flags - {flag})
    if switch.startswith("+") or value == "on":
        return replace(features, flags=features.flags | {flag})
    return features


def parse_cpu_json(facts: Mapping[str, Any], filename: str) -> CpuFeatures:
    """From cpu.json as read: vendor, family, model, stepping, name, physical_bits, virtual_bits, and lists of
    flags and bugs.  Raises `InputError`."""
    reader = JsonReader(filename)
    reader.check_keys(facts, KEYS)
    values: dict[str, Any] = {}
    for key, value in facts.items():
        if key in ("flags", "bugs"):
            values[key] = frozenset(reader.text(key, item) for item in reader.items(key, value))
        elif key in ("vendor", "name"):
            values[key] = reader.text(key, value)
        else:
            values[key] = reader.number(key, value)
    return _checked(CpuFeatures(**values, source=filename))


def parse_cpuinfo(text: str, filename: str) -> CpuFeatures:
    """From /proc/cpuinfo: the first CPU in it.  Raises `InputError` if it is no x86 CPU's."""
    first = text.strip().partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    rows = {name.strip(): value.strip() for name, _, value in pairs}
    if "flags" not in rows or "vendor_id" not in rows:
        raise InputError(
            tr(
                "{filename}: this is no /proc/cpuinfo of a PC, it has no vendor_id and flags",
                filename=filename,
            )
        )
    sizes = re.fullmatch(r"(\d{1,3}) bits physical, (\d{1,3}) bits virtual", rows.get("address sizes", ""))

    def number(name: str) -> int:
        value = rows.get(name, "")
        return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else 0

    return _checked(
        CpuFeatures(
            vendor=rows["vendor_id"],
            family=number("cpu family"),
            model=number("model"),
            stepping=number("stepping"),
            name=rows.get("model name", ""),
            physical_bits=int(sizes[1]) if sizes else QEMU_PHYSICAL_BITS,
            virtual_bits=int(sizes[2]) if sizes else 48,
            flags=frozenset(rows["flags"].split()),
            bugs=frozenset(rows.get("bugs", "").split()),
            source=filename,
        )
    )


def _checked(features: CpuFeatures) -> CpuFeatures:
    """A CPU that can run kernels of 64 bits.  Raises `InputError`."""
    where = features.source
    if not 32 <= features.physical_bits <= 52:
        bits = features.physical_bits
        raise InputError(
            tr(
                "{where}: physical_bits = {bits}: expected from 32 to 52 bits of addresses",
                where=where,
                bits=bits,
            )
        )
    if features.virtual_bits not in (48, 57):
        bits = features.virtual_bits
        raise InputError(
            tr("{where}: virtual_bits = {bits}: expected 48 or 57 bits of addresses", where=where, bits=bits)
        )
    for flag in ("lm", "pae"):
        if not features.has(flag):
            raise InputError(
                tr(
                    "{where}: this CPU has no flag {flag}, it cannot run a kernel of 64 bits",
                    where=where,
                    flag=flag,
                )
            )
    return features
