"""The architectures whose kernels are watched.  Covers architecture.py, architectures.py, arm64/record.py,
x86/record.py."""

from __future__ import annotations

import pytest
from bootstep.boots.live.architectures import LIVE, architecture_of_stub
from bootstep.boots.live.functions.table import read_list
from bootstep.boots.loader.machine_file import BARE
from bootstep.model.arch.arches import ARCHES
from bootstep.model.base.errors import InputError

EACH = pytest.mark.parametrize("name", sorted(LIVE))


def test_they_are_those_that_boot_under_the_same_names() -> None:
    assert LIVE.keys() == BARE.keys() and LIVE.keys() <= ARCHES.keys()
    assert all(arch.name == name for name, arch in LIVE.items())


@pytest.mark.parametrize(("stub", "name"), [("aarch64", "arm64"), ("i386:x86-64", "x86_64")])
def test_a_stub_has_a_name_of_its_own_for_one(stub: str, name: str) -> None:
    assert architecture_of_stub(stub) is LIVE[name]


@pytest.mark.parametrize(
    ("stub", "sentence"),
    [
        ("", "the stub does not tell its architecture, expected one of aarch64, i386:x86-64"),
        ("riscv:rv64", "the stub's architecture is riscv:rv64, expected one of aarch64, i386:x86-64"),
    ],
)
def test_a_stub_of_another_is_refused(stub: str, sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{sentence}$"):
        architecture_of_stub(stub)


@EACH
def test_registers_of_calls_are_registers_that_dwarf_counts(name: str) -> None:
    calls = LIVE[name].calls
    assert {*calls.arguments, calls.result} <= set(calls.dwarf)
    assert len(set(calls.arguments)) == len(calls.arguments) >= 6
    assert len(set(calls.dwarf)) == len(calls.dwarf)


@EACH
def test_a_stack_pointer_is_known_to_both_ways_of_reading_a_call(name: str) -> None:
    arch = LIVE[name]
    assert arch.calls.stack in arch.calls.dwarf
    assert not arch.calls.link or arch.calls.link in arch.calls.dwarf


@EACH
def test_each_brings_its_own_functions(name: str) -> None:
    own = {each.name for each in read_list(LIVE[name].functions.read_text())}
    others = {
        each.name
        for other, arch in LIVE.items()
        if other != name
        for each in read_list(arch.functions.read_text())
    }
    assert {"setup_arch", "paging_init", "mem_init"} <= own & others
    assert own - others and others - own
