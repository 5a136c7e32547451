"""The command line on a machine of each memory model: expressions, addresses, what it says of the model.

Covers model/debugger/inspect/address_target.py, model/debugger/inspect/answers.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.inspect.address_target import find_target
from bootstep.model.memory.memory_model import MODELS


@pytest.fixture(scope="module", params=MODELS)
def at_the_end(request: pytest.FixtureRequest) -> Debugger:
    k = load_kernel(read_machine("sections-512m", {"memory_model": request.param}))
    boot(k)
    debugger = debugger_of(k)
    debugger.end()
    return debugger


def said(debugger: Debugger, line: str) -> str:
    return CommandInterpreter(debugger).execute(line).text


def model_of(debugger: Debugger) -> str:
    """The name of the memory model that a kernel has."""
    assert debugger.facts.memory_model is not None
    return debugger.facts.memory_model.model


def test_macros_go_there_and_back(at_the_end: Debugger) -> None:
    assert said(at_the_end, "print /x page_to_pfn(pfn_to_page(0x18001))") == "$1 = 0x18001"
    assert said(at_the_end, "print /x page_to_phys(virt_to_page(__va(0x18001000)))") == "$2 = 0x18001000"


def test_a_macros_struct_page_is_where_the_model_has_it(at_the_end: Debugger) -> None:
    page = at_the_end.evaluate("pfn_to_page(0x18001)")
    layout, model = at_the_end.facts.address_map, model_of(at_the_end)
    assert layout is not None
    in_vmemmap = page >= layout.vmemmap.start
    in_the_linear_map = layout.page_offset <= page < layout.direct_map.end
    assert (in_vmemmap, in_the_linear_map) == (
        model == "vmemmap",
        model != "vmemmap",
    )


def test_the_memory_behind_a_struct_page_is_found(at_the_end: Debugger) -> None:
    page = at_the_end.evaluate("pfn_to_page(0x18001)")
    assert find_target(at_the_end, f"page {page + 8:#x}").physical == 0x18001000


def test_info_tells_the_model_the_way_and_the_price(at_the_end: Debugger) -> None:
    model = model_of(at_the_end)
    lines = said(at_the_end, "info memory-model pfn 0x18001").splitlines()
    assert lines[:2] == [f"memory model: {model}", "pfn_to_page(0x18001)"]
    assert any(line.split()[0] == "pfn" and line.endswith("0x18001") for line in lines)
    (current,) = (line for line in lines if line.startswith("> "))
    assert current.split()[1] == model


def test_what_has_no_struct_page_is_said(at_the_end: Debugger) -> None:
    model = model_of(at_the_end)
    answer = said(at_the_end, "info memory-model pfn 0x40000")
    expected = {
        "vmemmap": "nothing is mapped there, section 8 is not present: it holds no memory",
        "flatmem": "this lies outside mem_map, the macro does not look",
    }
    assert expected.get(model, "section 8 is not present: it holds no memory") in answer


def test_before_the_model_is_set_up_an_expression_says_what_is_missing(at_the_end: Debugger) -> None:
    at_the_end.start()
    model = model_of(at_the_end)
    expected = {
        "sparsemem": "mem_section[0] is NULL: none of its sections holds memory",
        "sparsemem-static": "section 3 is not present: it holds no memory",
    }
    missing = expected.get(model, "memstart_addr is not set yet")
    assert missing in said(at_the_end, "print pfn_to_page(0x18001)")
    assert said(at_the_end, "info memory-model").splitlines()[1] == "no memory yet"
    at_the_end.end()
