"""What the CPU of a machine can do: as a file tells, or as QEMU's CPU of that name can."""

from __future__ import annotations

from msgspec.structs import replace

from ....model.firmware.cpu_features import UNKNOWN, CpuFeatures, features_of_model
from ...core.inputs import Machine

DEFAULT_CPU = "qemu64"


def features_of(machine: Machine) -> CpuFeatures:
    """The features of a machine's CPU."""
    if machine.cpu_features != UNKNOWN:
        return machine.cpu_features
    found = features_of_model(machine.cpu) or features_of_model(DEFAULT_CPU)
    assert found
    return found


def with_cpu(machine: Machine) -> tuple[Machine, list[str]]:
    """The machine with its CPU's features, and what is to be said of them."""
    if machine.cpu_features != UNKNOWN:
        return machine, []
    features = features_of(machine)
    if features_of_model(machine.cpu) is None:
        said = f"nobody here knows a CPU {machine.cpu}, QEMU's {DEFAULT_CPU} is assumed (--cpu-features)"
        return replace(machine, cpu=DEFAULT_CPU, cpu_features=features), [said]
    said = f"the CPU has the features of QEMU's {machine.cpu} (--cpu-features)"
    return replace(machine, cpu_features=features), [said]
