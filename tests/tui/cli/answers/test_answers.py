"""Answers as commands: what they print as text, and as JSON with the fields that `bootstep help json` lists.

Covers question.py, ledger.py, why.py, who.py, x.py, print.py, regions.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.tui.cli.reference.json_fields import fields
from command import run

LOG = """\
[    0.000000] Linux version 6.1.0 (user@host) (aarch64-linux-gnu-gcc) #1 SMP
[    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x1c/0x2a
[    0.000000] memblock_reserve: [0x0000000048000000-0x00000000480fffff] setup_arch+0xb0/0x5d0
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.001234] Memory: 990000K/1048576K available
"""
ADDRESSES = {"start", "end", "base", "first", "found", "physical", "virtual", "hex"}
"""Fields whose values are addresses wherever they stand (a gap's ``at`` is one, an answer's a name)."""
SIZES = {
    "size",
    "align",
    "usable",
    "memory",
    "reserved",
    "free",
    "total_size",
    "largest",
    "printed",
    "difference",
}


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    status, out, _ = run(capsys, *words, "--format", "json")
    assert status == 0
    (line,) = out.splitlines()
    assert line == json.dumps(json.loads(line), sort_keys=True)
    return json.loads(line)


def has(found: dict[str, Any], object: str, *common: str) -> None:
    assert set(found) == fields(object) | set(common)


COMMON = tuple(sorted(fields("answer")))


def everything(found: Any) -> Iterator[tuple[str, Any]]:
    """Every field of every object in an answer."""
    if isinstance(found, dict):
        for name, value in found.items():
            yield name, value
            yield from everything(value)
    elif isinstance(found, list):
        for each in found:
            yield from everything(each)


def check_forms(found: dict[str, Any]) -> None:
    """Addresses are strings, sizes numbers."""
    for name, value in everything(found):
        if name in ADDRESSES and value is not None:
            assert re.fullmatch("0x[0-9a-f]+", value), name
        if name in SIZES and not isinstance(value, dict):
            assert type(value) is int, name


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "dmesg.txt"
    path.write_text(LOG)
    return str(path)


@pytest.fixture(scope="module")
def debugger() -> Debugger:
    source = ModelBoot.of(read_machine("virt-1g"))
    source.run()
    return Debugger(source.trace, source.facts)


@pytest.mark.parametrize(
    "line", ["ledger", "why crashkernel", "who 0x48000000", "x 0x48000000", "print max_pfn"]
)
def test_text_is_what_the_debuggers_command_line_says(
    capsys: pytest.CaptureFixture[str], debugger: Debugger, line: str
) -> None:
    command, *words = line.split()
    for position in ("end", "paging_init"):
        debugger.goto(debugger.position_names.find("paging_init:return" if position != "end" else "end"))
        # Values have no numbers where nobody can ask for them again.
        said = CommandInterpreter(debugger).execute(line.replace("print", "output")).text
        assert run(capsys, command, "virt-1g", *words, "--at", position) == (0, f"{said}\n", "")


@pytest.mark.parametrize("machine", ["virt-1g", "pc-8g"])
def test_the_ledger_of_a_boot_has_the_documented_fields(
    capsys: pytest.CaptureFixture[str], machine: str
) -> None:
    found = answer(capsys, "ledger", machine)
    check_forms(found)
    has(found, "ledger", *COMMON)
    for row in found["rows"]:
        has(row, "ledger-row")
    has(found["account"], "account")
    for equation in found["account"]["equations"]:
        has(equation, "equation")
        assert all(set(term) == fields("term") for term in equation["terms"])
    assert sum(row["size"] for row in found["rows"]) + found["free"] == found["memory"]
    assert answer(capsys, "ledger", machine, "--at", "start")["account"] is None


def test_the_ledger_of_a_log_has_them_too(capsys: pytest.CaptureFixture[str], log: str) -> None:
    found = answer(capsys, "ledger", log)
    check_forms(found)
    has(found, "log-ledger", *COMMON)
    for part in found["parts"]:
        has(part, "log-part")
        for row in part["rows"]:
            has(row, "log-row")
        assert sum(row["size"] for row in part["rows"]) == part["size"]
    lines = [value for name, value in everything(found) if name == "line" and value]
    assert lines
    for line in lines:
        has(line, "log-line")


def test_why_tells_each_gap(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "why", "virt-1g-64k")
    check_forms(found)
    has(found, "why", *COMMON)
    has(found["explanation"], "explanation-of-a-call")
    for failure in found["failures"]:
        has(failure, "failure")
    (search,) = found["explanation"]["searches"]
    has(search, "search")
    assert search["size"] == search["align"] == 512 << 20
    assert search["nid"] is None
    for gap in search["gaps"]:
        has(gap, "gap")
    assert "alignment" in {gap["verdict"] for gap in search["gaps"]}
    between = [each for each in search["between"] if each]
    assert between[0]["owners"][0]["owner"] == "device tree blob"


@pytest.mark.parametrize("words", [("why", "virt-1g"), ("why", "virt-1g", "crashkernel"), ("why", "pc-8g")])
def test_why_has_its_fields_where_nothing_was_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    has(answer(capsys, *words), "why", *COMMON)


def test_an_address_is_told_fact_by_fact(capsys: pytest.CaptureFixture[str], log: str) -> None:
    for machine in ("virt-1g", "pc-8g", log):
        found = answer(capsys, "x", machine, "0x48000000")
        check_forms(found)
        has(found, "address", *COMMON)
        assert found["kind"] == "address"
        for fact in found["facts"]:
            has(fact, "fact")
        owner = answer(capsys, "who", machine, "0x48000000")
        check_forms(owner)
        has(owner, "who", *COMMON)
        assert (owner["physical"], owner["virtual"]) == ("0x48000000", None)
        assert owner["facts"]


def test_an_address_may_be_several_words_and_stand_behind_options(capsys: pytest.CaptureFixture[str]) -> None:
    one = run(capsys, "x", "virt-1g", "pfn", "0x48000", "--at", "paging_init")
    assert one == run(capsys, "x", "--at", "paging_init", "virt-1g", "pfn 0x48000")
    assert one == run(capsys, "x", "virt-1g", "--at", "paging_init", "pfn", "0x48000")
    assert one[0] == 0
    assert "physical address 0x48000000" in one[1]


def test_who_says_that_an_address_is_not_mapped(capsys: pytest.CaptureFixture[str]) -> None:
    mapped = answer(capsys, "who", "virt-1g", "0xffff000010000000")
    assert (mapped["physical"], mapped["virtual"]) == ("0x50000000", "0xffff000010000000")
    assert mapped["facts"]
    nowhere = answer(capsys, "who", "virt-1g", "0xfffffffffffff000")
    assert (nowhere["physical"], nowhere["virtual"], nowhere["facts"]) == (None, "0xfffffffffffff000", [])
    assert "is not mapped" in nowhere["text"]


def test_print_tells_each_expression(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "print", "virt-1g", "max_pfn", "__pa(_text)", "1 > 2", "--format", "json")
    assert status == 0
    values = [json.loads(line) for line in out.splitlines()]
    for found in values:
        has(found, "value", *COMMON)
    assert [found["value"] for found in values] == [0x80000, 0x40200000, 0]
    assert [found["hex"] for found in values] == ["0x80000", "0x40200000", "0x0"]
    assert run(capsys, "print", "virt-1g", "/x", "max_pfn", "max_low_pfn")[1] == "0x80000\n0x80000\n"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("-5", -5),
        ("-(1 << 20)", -(1 << 20)),
        ("3 / 2", 1),
        ("1 << 62", 1 << 62),
        ('"abc"', "abc"),
        ("1 == 1", 1),
    ],
)
def test_print_takes_what_looks_like_an_option_too(
    capsys: pytest.CaptureFixture[str], expression: str, value: Any
) -> None:
    for words in ((expression,), ("--at", "end", expression), ("--", expression)):
        status, out, _ = run(capsys, "print", "virt-512m", "--format", "json", *words)
        assert (status, json.loads(out)["value"]) == (0, value)


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["virt-1g", "pc-8g", "virt-2g-numa2", "phone-4g"])
def test_regions_are_whole_and_have_owners(capsys: pytest.CaptureFixture[str], machine: str) -> None:
    found = answer(capsys, "regions", machine)
    check_forms({key: value for key, value in found.items() if key not in ("memory", "reserved")})
    has(found, "regions", "kind", "position", "at")
    state = json.loads(run(capsys, "state", machine, "--at", "end", "--format", "json")[1])["memblock"]
    for name in ("memory", "reserved"):
        array = found[name]
        has(array, "array")
        for region in array["regions"]:
            check_forms(region)
            has(region, "region")
            for owner in region["owners"]:
                has(owner, "owner")
            assert sum(owner["size"] for owner in region["owners"]) == region["size"]
        told = [(region["base"], hex(region["size"])) for region in array["regions"]]
        assert told == [(region["base"], region["size"]) for region in state[name]["regions"]]
    if machine.startswith("pc"):
        for entry in found["e820"]["e820_table"]:
            has(entry, "e820-entry")
    else:
        assert found["e820"] is None
    if machine == "virt-2g-numa2":
        assert {region["nid"] for region in found["memory"]["regions"]} == {0, 1}


def test_regions_of_a_log(capsys: pytest.CaptureFixture[str], log: str) -> None:
    found = answer(capsys, "regions", log, "--at", "log:Zone ranges:")
    assert [region["base"] for region in found["reserved"]["regions"]] == ["0x48000000"]
    status, out, _ = run(capsys, "regions", log)
    assert status == 0
    assert "0x0000000048000000..0x00000000480fffff" in out


def test_a_recorded_boot_answers_as_the_boot_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "boot.trace")
    assert run(capsys, "record", "virt-512m", "-o", path)[0] == 0
    for words in (("ledger",), ("regions",), ("who", "0x48000000"), ("print", "max_pfn")):
        mine, theirs = (answer(capsys, words[0], machine, *words[1:]) for machine in ("virt-512m", path))
        assert mine == theirs


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("x", "virt-1g"), "what is at which address?"),
        (("who", "virt-1g", "nonsense"), "unknown name 'nonsense'"),
        (("print", "virt-1g"), "print what?"),
        (("print", "virt-1g", "1 +"), "column"),
        (("why", "virt-1g", "memblock_rserve"), "memblock_reserve"),
        (("ledger", "virt-1g", "foo"), "unrecognized arguments: foo"),
        (("ledger", "virt-1g", "--at", "nowhere"), "--at nowhere:return: this boot never calls nowhere"),
        (("ledger", "virt-1g", "--at", "a b"), "--at 'a b' is no position"),
        (("regions", "no-such-machine"), "no-such-machine"),
        (("regions", "virt-1g", "--format", "xml"), "--format"),
        (("x", "virt-1g", "zone DMA"), "zone DMA is no address"),
        (("print", "virt-1g", "\x1b[2J"), "column 1"),
    ],
)
def test_bad_words_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert "\x1b" not in err
