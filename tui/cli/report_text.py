"""A state report (model/text/state_json.py) as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.base.units import node_words
from ...model.memory.memblock.regions import U64

Facts = Mapping[str, Any]


def report_lines(at: str, facts: Facts, source: str, max_numnodes: int) -> list[str]:
    """The whole report, a part after the other: `at` is when it is of, `source` where the sizes of structures
    come from, `max_numnodes` how many nodes the kernel can have."""
    lines = [at, f"sizes of structures: {source}"]
    lines += [*_kernel(facts), *_memblock(facts, max_numnodes)]
    for name, part in (("page_tables", _page_tables), ("sections", _sections), ("nodes", _zones)):
        lines += part(facts) if name in facts else []
    return [*lines, ""]


def _kernel(facts: Facts) -> Iterator[str]:
    yield "kernel"
    for name, value in facts["kernel"].items():
        yield f"  {name:24} {value}"


def _memblock(facts: Facts, max_numnodes: int) -> Iterator[str]:
    memblock = facts["memblock"]
    direction = "bottom up" if memblock["bottom_up"] else "top down"
    yield f"memblock: {direction}, current limit {memblock['current_limit']}"
    for name in ("memory", "reserved"):
        array = memblock[name]
        yield f"  {name}: {array['cnt']} of {array['max']} regions, {array['total_size']} bytes"
        for number, region in enumerate(array["regions"]):
            base, size = int(region["base"], 16), int(region["size"], 16)
            yield (
                f"  {number:4}: [{base:#018x}-{(base + size - 1) & U64:#018x}] {size:#x} bytes"
                f" on {node_words(region['nid'], max_numnodes)} flags: {region['flags']:#x}"
            )


def _page_tables(facts: Facts) -> Iterator[str]:
    tables = facts["page_tables"]
    yield f"page tables: root {tables['root_pa']}, {tables['table_count']} table pages"
    for run in tables["runs"]:
        cont = " cont" if run["cont"] else ""
        yield (
            f"  {run['va_start']}-{run['va_end']} -> {run['pa_start']} level {run['level']}"
            f" {run['page_size']}{cont} {run['attrs']}"
        )
    for run in tables["table_runs"]:
        yield (
            f"  tables of level {run['level']}: {run['count']} from {run['pa_first']} step {run['pa_step']}"
            f" for {run['va_first']}"
        )


def _sections(facts: Facts) -> Iterator[str]:
    sections = facts["sections"]
    yield f"sections: {len(sections['sections'])} present, mem_section {sections['mem_section_pa']}"
    for root in sections["roots"]:
        yield f"  root {root['index']}: {root['pa']}"
    for section in sections["sections"]:
        subsections = " ".join(section["subsection_map"])
        yield (
            f"  {section['nr']:6}: {section['section_mem_map']} flags {section['flags']}"
            f" usage {section['usage_pa']} {subsections}"
        )


def _zones(facts: Facts) -> Iterator[str]:
    for node in facts["nodes"]:
        yield (
            f"node {node['nid']}: pfn {node['start_pfn']:#x}, {node['spanned']} pages spanned,"
            f" {node['present']} present, pgdat {node['pgdat_pa']}"
        )
        for zone in node["zones"]:
            free = " ".join(map(str, zone["nr_free"]))
            yield (
                f"  {zone['name']:8} pfn {zone['start_pfn']:#x}, {zone['spanned']} spanned,"
                f" {zone['present']} present, {zone['managed']} managed, free by order {free}"
            )
