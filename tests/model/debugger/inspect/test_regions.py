"""memblock's regions with their owners, in words and as data."""

from __future__ import annotations

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.inspect.regions import MOST_OWNERS, OF_E820, region_lines, regions_json


def at_end(machine: str) -> Debugger:
    source = ModelBoot.of(read_machine(machine))
    source.run()
    debugger = Debugger(source.trace, source.facts)
    debugger.end()
    return debugger


def test_a_line_for_each_region_and_above_each_array() -> None:
    debugger = at_end("phone-4g")
    lines, memblock = list(region_lines(debugger)), debugger.state.memblock
    assert len(lines) == 2 + len(memblock.memory) + len(memblock.reserved)
    assert lines[0].startswith(f"memory: {len(memblock.memory)} of ")
    nomap = [line for line in lines if "NOMAP" in line]
    flags = [region["flags"] for region in regions_json(debugger)["memory"]["regions"]]
    assert nomap
    assert len(nomap) == flags.count(["NOMAP"])


def test_a_region_of_many_names_some_in_words_and_all_as_data() -> None:
    debugger = at_end("pc-8g")
    found = regions_json(debugger)
    most = max(
        found["reserved"]["regions"], key=lambda region: len({each["owner"] for each in region["owners"]})
    )
    names = list(dict.fromkeys(each["owner"] for each in most["owners"]))
    assert len(names) > MOST_OWNERS
    line = next(line for line in region_lines(debugger) if f"{int(most['base'], 16):#018x}.." in line)
    assert line.endswith(f"{', '.join(names[:MOST_OWNERS])}, … {len(names) - MOST_OWNERS} more")
    assert tuple(found["e820"]) == OF_E820


def test_at_the_start_there_is_the_empty_region_that_the_kernel_is_linked_with() -> None:
    debugger = at_end("virt-512m")
    debugger.start()
    found = regions_json(debugger)
    assert found["position"] == 0
    for name in ("memory", "reserved"):
        (region,) = found[name]["regions"]
        assert (region["base"], region["size"], region["owners"]) == ("0x0", 0, [])
    assert found["e820"] is None
