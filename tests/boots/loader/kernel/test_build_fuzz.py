"""Whatever a configuration, sizes.json or consts.json says, there is a boot or one sentence that names the
file, the key and what is expected.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 12.

Covers build.py.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.bounds import CONSTANT_BOUNDS, OPTION_BOUNDS, STRUCTURE_BOUNDS
from bootstep.model.trace.events import Trace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KERNELS = SHIPPED / "kernels"
KERNEL = KERNELS / "6.1-4k48"
CONFIG = (KERNEL / "config").read_text()
SIZES = json.loads((KERNEL / "sizes.json").read_text())
CONSTANTS = json.loads((KERNEL / "consts.json").read_text())
SOURCES = "".join(
    path.read_text() for room in ("model", "boots") for path in (SHIPPED.parents[1] / room).rglob("*.py")
)
OPTIONS = sorted(set(re.findall(r'(?:enabled|integer)\("(\w+)"', SOURCES)))
numbers = st.integers(-3, 70) | st.sampled_from(
    [128, 4096, 8192, 65535, 65536, 1 << 20, 1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, 1 << 64, 10**30]
)
SETTINGS = st.sampled_from(["y", "n", "m", "", '"', "0"])
PARTS = ("sizeof", "constants", "fields_[name,offset,size]", "enums", "variables_sizeof")
STRUCTURES = sorted({*STRUCTURE_BOUNDS, *SIZES["sizeof"]})
some = settings(
    max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "12")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def short_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel with other page sizes may have to map everything page by page."""
    monkeypatch.setattr(Trace, "MOST_EVENTS", 200_000)


def boot_or_sentence(options: dict[str, str]) -> None:
    try:
        kernel = load_kernel(read_machine("virt-1g", options))
        boot(kernel)
    except InputError as refused:
        assert "\n" not in str(refused)
        assert options[next(iter(options))] in str(refused) or "too long to record" in str(refused)
        return
    for event in kernel.trace.logs:
        kernel.trace.log_text(event)


def test_every_number_of_a_configuration_has_bounds() -> None:
    asked = set(re.findall(r'\.integer\("(\w+)"', SOURCES))
    assert asked == set(OPTION_BOUNDS)


def test_every_constant_that_is_asked_for_has_bounds() -> None:
    asked = set(re.findall(r'sizes\.constant\("(\w+)"', SOURCES))
    assert asked <= set(CONSTANT_BOUNDS)


def test_every_kernel_we_have_is_within_them() -> None:
    for folder in (*KERNELS.iterdir(), *(Path(__file__).parents[3] / "data" / "oracle").iterdir()):
        for name in ("sizes.json", "consts.json"):
            if (folder / name).exists():
                facts = json.loads((folder / name).read_text())
                facts = facts if name == "consts.json" else facts.get("constants", {})
                for key, bounds in CONSTANT_BOUNDS.items():
                    assert key not in facts or facts[key] is None or bounds.has(facts[key]), (folder, key)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("CONFIG_NODES_SHIFT=60", "CONFIG_NODES_SHIFT=60: expected a number from 0 to 10"),
        ("CONFIG_PGTABLE_LEVELS=1", "CONFIG_PGTABLE_LEVELS=1: expected a number from 2 to 5"),
        ("CONFIG_PGTABLE_LEVELS=3", "CONFIG_PGTABLE_LEVELS=3: expected 4 with 48 bits of virtual addresses"),
        (
            "CONFIG_ARM64_VA_BITS=42",
            "VA_BITS=42: expected one of 39, 48, 52 with pages of 4 KiB",
        ),
        ("CONFIG_LOG_BUF_SHIFT=40", "CONFIG_LOG_BUF_SHIFT=40: expected a number from 12 to 25"),
        ("CONFIG_NR_CPUS=-1", "CONFIG_NR_CPUS=-1: expected a number from 1 to 8192"),
        ("CONFIG_NR_CPUS=" + "9" * 5000, "expected a number"),
        ("CONFIG_ARCH_FORCE_MAX_ORDER=20", "are larger than a section of memory"),
        ("CONFIG_ARM64_PA_BITS=8", "CONFIG_ARM64_PA_BITS=8: expected a number from 40 to 52"),
    ],
)
def test_an_option_out_of_its_bounds_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "config"
    path.write_text(f"{CONFIG}\n{line}\n")
    with pytest.raises(InputError) as refused:
        load_kernel(read_machine("virt-1g", {"config": str(path)}))
    assert str(refused.value).startswith(f"{path}: ")
    assert sentence in str(refused.value)


@pytest.mark.slow
@some
@given(st.lists(st.tuples(st.sampled_from(sorted(OPTION_BOUNDS)), numbers), min_size=1, max_size=3))
def test_any_numbers_of_a_configuration(
    tmp_path: Path, short_traces: None, options: list[tuple[str, int]]
) -> None:
    path = tmp_path / "config"
    path.write_text(CONFIG + "\n" + "".join(f"CONFIG_{name}={value}\n" for name, value in options))
    boot_or_sentence({"config": str(path)})


@pytest.mark.slow
@some
@given(st.lists(st.tuples(st.sampled_from(OPTIONS), SETTINGS), max_size=8))
def test_any_options(tmp_path: Path, short_traces: None, options: list[tuple[str, str]]) -> None:
    path = tmp_path / "config"
    path.write_text(CONFIG + "\n" + "".join(f"CONFIG_{name}={value}\n" for name, value in options))
    boot_or_sentence({"config": str(path)})


anything = numbers | st.sampled_from([None, "", "0x1", [], {}, 1.5, True, [1], {"a": 1}])


@pytest.mark.slow
@some
@given(st.lists(st.tuples(st.sampled_from(STRUCTURES), anything), max_size=3))
def test_any_sizes(tmp_path: Path, short_traces: None, changes: list[tuple[str, object]]) -> None:
    path = tmp_path / "sizes.json"
    path.write_text(json.dumps({**SIZES, "sizeof": {**SIZES["sizeof"], **dict(changes)}}))
    boot_or_sentence({"sizes": str(path)})


@pytest.mark.slow
@some
@given(st.lists(st.tuples(st.sampled_from(sorted(CONSTANT_BOUNDS)), anything), min_size=1, max_size=3))
def test_any_constants(tmp_path: Path, short_traces: None, changes: list[tuple[str, object]]) -> None:
    path = tmp_path / "consts.json"
    path.write_text(json.dumps({**CONSTANTS, **dict(changes)}))
    boot_or_sentence({"constants": str(path)})


@pytest.mark.slow
@some
@given(st.dictionaries(st.sampled_from(sorted(SIZES["enums"]["fixed_addresses"])), numbers, max_size=3))
def test_any_fixmap(tmp_path: Path, short_traces: None, changes: dict[str, int]) -> None:
    slots = {**SIZES["enums"]["fixed_addresses"], **changes}
    path = tmp_path / "sizes.json"
    path.write_text(json.dumps({**SIZES, "enums": {"fixed_addresses": slots}}))
    boot_or_sentence({"sizes": str(path)})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@some
@given(
    st.sampled_from(["sizeof", "constants", "fields_[name,offset,size]", "enums", "variables_sizeof"]),
    json_values,
)
def test_any_json(tmp_path: Path, short_traces: None, part: str, value: object) -> None:
    path = tmp_path / "it.json"
    path.write_text(json.dumps({**SIZES, part: value}))
    boot_or_sentence({"sizes": str(path)})
    path.write_text(json.dumps({**SIZES, "fields_[name,offset,size]": {"mem_section_usage": value}}))
    boot_or_sentence({"sizes": str(path)})
    path.write_text(json.dumps(value))
    boot_or_sentence({"constants": str(path)})
