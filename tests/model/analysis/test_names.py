"""Names of owners, said in a language."""

from __future__ import annotations

import re

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.names import said
from bootstep.model.analysis.owner_classes import OwnerClass
from bootstep.model.analysis.owner_rules import MEMORY, RESERVED
from bootstep.model.arch.arches import KNOWN
from bootstep.model.language import words

CHINESE = re.compile("[\u4e00-\u9fff]")
KERNELS = {
    "stack depot",
    "reserve_mem",
    "setup_data",
    "initrd",
    "RAM",
    "page_ext",
    "CMA",
    "per-CPU",
    "struct page",
    "crash kernel",
}
"""What kernel people call so in every language."""


@pytest.mark.parametrize("machine", ["virt-1g", "broken-1g", "pc-2g"])
def test_every_owner_of_a_boot_has_a_name_in_chinese(machine: str) -> None:
    kernel = load_kernel(read_machine(machine))
    boot(kernel)
    debugger = debugger_of(kernel)
    debugger.end()
    names = {row.owner.name for row in debugger.ledger().rows}
    causes = {row.owner.cause for row in debugger.ledger().rows} - {""}
    assert len(names) > 10
    assert all(said(name) == name for name in names | causes)
    words.choose("zh")
    told = [said(name) for name in names | causes if not name.endswith("()")]
    assert [name for name in told if not CHINESE.search(name) and name not in KERNELS] == []


def test_every_rule_names_somebody_in_chinese() -> None:
    tables = [RESERVED, MEMORY, *(each.owner_rules.reserved for each in KNOWN.values())]
    names = {rule.words for table in tables for rule in table.values()}
    words.choose("zh")
    untold = {name for name in names if not CHINESE.search(words.tr(name)) and words.tr(name) not in KERNELS}
    assert untold == set()


def test_classes_are_said() -> None:
    words.choose("zh")
    untold = {each.value for each in OwnerClass if not CHINESE.search(words.tr(each.value))}
    assert {words.tr(name) for name in untold} <= KERNELS


def test_why_something_is_inferred_is_said_in_its_own_words() -> None:
    words.choose("zh")
    name = said("inferred, it happened before this log begins")
    assert name == words.tr("inferred, {why}", why=words.tr("it happened before this log begins"))
