"""The features of an x86 CPU, from whichever file somebody has of them."""

from __future__ import annotations

from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import read_json, read_text
from ....model.firmware.cpu_features import CpuFeatures, parse_cpu_json, parse_cpuinfo
from ....model.logs.content import kind_at
from ....model.logs.file_kinds import CPUINFO, EMPTY, JSON


def read_cpu_features(path: Path) -> CpuFeatures:
    """The CPU of a /proc/cpuinfo or of a JSON file with the same facts.  Raises `InputError`."""
    kind = kind_at(path)
    if kind is not None and kind.name == JSON:
        return parse_cpu_json(read_json(path), str(path))
    if kind is not None and kind.name not in (CPUINFO, EMPTY):
        raise InputError(f"{path}: {kind.told(str(path))}")
    return parse_cpuinfo(read_text(path), str(path))
