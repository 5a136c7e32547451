"""A state report (model/text/state_json.py) as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.base.units import node_words
from ...model.language.words import tr
from ...model.memory.memblock.regions import U64

Facts = Mapping[str, Any]


def report_lines(at: str, facts: Facts, source: str, max_numnodes: int) -> list[str]:
    """The whole report, a part after the other: `at` is when it is of, `source` where the sizes of structures
    come from, `max_numnodes` how many nodes the kernel can have."""
    lines = [at, tr("sizes of structures: {source}", source=source)]
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
    direction = tr("bottom up") if memblock["bottom_up"] else tr("top down")
    yield tr(
        "memblock: {direction}, current limit {current_limit}",
        direction=direction,
        current_limit=memblock["current_limit"],
    )
    for name in ("memory", "reserved"):
        array = memblock[name]
        yield f"  {name}: {array['cnt']} of {array['max']} regions, {array['total_size']} bytes"
        for number, region in enumerate(array["regions"]):
            base, size = int(region["base"], 16), int(region["size"], 16)
            yield (
                tr(
                    "  {number:4}: [{base:#018x}-{end:#018x}] {size:#x} bytes on {node} flags: {flags:#x}",
                    number=number,
                    base=base,
                    end=base + size - 1 & U64,
                    size=size,
                    node=node_words(region["nid"], max_numnodes),
                    flags=region["flags"],
                )
            )


def _page_tables(facts: Facts) -> Iterator[str]:
    tables = facts["page_tables"]
    yield tr(
        "page tables: root {root_pa}, {table_count} table pages",
        root_pa=tables["root_pa"],
        table_count=tables["table_count"],
    )
    for run in tables["runs"]:
        cont = " cont" if run["cont"] else ""
        yield (
            tr(
                "  {va_start}-{va_end} -> {pa_start} level {level} {page_size}{cont} {attrs}",
                va_start=run["va_start"],
                va_end=run["va_end"],
                pa_start=run["pa_start"],
                level=run["level"],
                page_size=run["page_size"],
                cont=cont,
                attrs=run["attrs"],
            )
        )
    for run in tables["table_runs"]:
        yield (
            tr(
                "  tables of level {level}: {count} from {pa_first} step {pa_step} for {va_first}",
                level=run["level"],
                count=run["count"],
                pa_first=run["pa_first"],
                pa_step=run["pa_step"],
                va_first=run["va_first"],
            )
        )


def _sections(facts: Facts) -> Iterator[str]:
    sections = facts["sections"]
    yield tr(
        "sections: {count} present, mem_section {mem_section_pa}",
        count=len(sections["sections"]),
        mem_section_pa=sections["mem_section_pa"],
    )
    for root in sections["roots"]:
        yield tr("  root {index}: {pa}", index=root["index"], pa=root["pa"])
    for section in sections["sections"]:
        subsections = " ".join(section["subsection_map"])
        yield (
            tr(
                "  {nr:6}: {section_mem_map} flags {flags} usage {usage_pa} {subsections}",
                nr=section["nr"],
                section_mem_map=section["section_mem_map"],
                flags=section["flags"],
                usage_pa=section["usage_pa"],
                subsections=subsections,
            )
        )


def _zones(facts: Facts) -> Iterator[str]:
    for node in facts["nodes"]:
        yield (
            tr(
                "node {nid}: pfn {start_pfn:#x}, {spanned} pages spanned, {present} present, pgdat "
                "{pgdat_pa}",
                nid=node["nid"],
                start_pfn=node["start_pfn"],
                spanned=node["spanned"],
                present=node["present"],
                pgdat_pa=node["pgdat_pa"],
            )
        )
        for zone in node["zones"]:
            free = " ".join(map(str, zone["nr_free"]))
            yield (
                tr(
                    "  {name:8} pfn {start_pfn:#x}, {spanned} spanned, {present} present, {managed} "
                    "managed, free by order {free}",
                    name=zone["name"],
                    start_pfn=zone["start_pfn"],
                    spanned=zone["spanned"],
                    present=zone["present"],
                    managed=zone["managed"],
                    free=free,
                )
            )
