"""What an x86 CPU can do."""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.cpu_features import (
    CpuFeatures,
    features_of_model,
    parse_cpu_json,
    parse_cpuinfo,
)

CPUINFO = """processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 94
model name\t: Intel Core Processor (Skylake)
stepping\t: 3
flags\t\t: fpu pse pae lm nx pdpe1gb
bugs\t\t: cpu_meltdown spectre_v1
address sizes\t: 39 bits physical, 48 bits virtual

processor\t: 1
flags\t\t: fpu
"""


def named(cpu: str) -> CpuFeatures:
    found = features_of_model(cpu)
    assert found
    return found


def test_proc_cpuinfo_tells_of_the_first_cpu() -> None:
    cpu = parse_cpuinfo(CPUINFO, "cpuinfo")
    assert (cpu.vendor, cpu.family, cpu.model, cpu.stepping) == ("GenuineIntel", 6, 94, 3)
    assert (cpu.physical_bits, cpu.virtual_bits) == (39, 48)
    assert cpu.has("pdpe1gb")
    assert cpu.has_bug("cpu_meltdown")


def test_qemus_own_cpu_has_no_pages_of_1_gib_and_no_meltdown() -> None:
    """As captured: 40 bits of physical addresses, an AMD CPU."""
    cpu = named("qemu64")
    assert (cpu.vendor, cpu.family, cpu.model, cpu.physical_bits) == ("AuthenticAMD", 15, 107, 40)
    assert cpu.has("nx")
    assert cpu.has("pge")
    assert not cpu.has("pdpe1gb")
    assert not cpu.bugs


def test_features_are_switched_behind_a_name() -> None:
    assert named("qemu64,+pdpe1gb").has("pdpe1gb")
    assert named("max").virtual_bits == 57
    assert named("max,-la57").virtual_bits == 48
    assert named("max,la57=off,phys-bits=46").physical_bits == 46
    assert not named("max,la57=off").has("la57")


def test_intels_cpus_leak_until_they_say_that_they_do_not() -> None:
    assert named("Skylake-Client,-hle,-rtm").has_bug("cpu_meltdown")
    assert named("Skylake-Server-v4").has("pdpe1gb")
    assert not named("Cascadelake-Server,rdctl-no=on").bugs
    assert not named("EPYC-Rome").bugs


def test_an_unknown_name_tells_nothing() -> None:
    assert features_of_model("cortex-a57") is None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"colour": 1}, "x: unknown key colour, known are vendor"),
        ({"flags": "lm"}, "x: flags = 'lm': expected a list"),
        ({"flags": ["pae"]}, "x: this CPU has no flag lm, it cannot run a kernel of 64 bits"),
        ({"flags": ["lm", "pae"], "physical_bits": 200}, "physical_bits = 200: expected from 32 to 52"),
        ({"flags": ["lm", "pae"], "virtual_bits": 39}, "virtual_bits = 39: expected 48 or 57"),
    ],
)
def test_what_is_wrong_gets_a_sentence(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_cpu_json(facts, "x")
    assert sentence in str(raised.value)


def test_an_arm_cpus_cpuinfo_is_none_of_these() -> None:
    with pytest.raises(InputError, match=r"x: this is no /proc/cpuinfo of a PC"):
        parse_cpuinfo("processor : 0\nFeatures : fp asimd\n", "x")
