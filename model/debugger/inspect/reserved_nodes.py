"""What became of a node of ``/reserved-memory``: what it says, what the kernel did about it, and whom it
overlaps.  Mirrors what drivers/of/of_reserved_mem.c and drivers/of/fdt.c do, for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...analysis.explain import ExplainError
from ...analysis.names import said
from ...base.units import readable_size, sized_range
from ...firmware.devicetree.tree import DeviceTree, DTNode
from ...language.words import tr, translatable
from .address import Fact, claim_text

if TYPE_CHECKING:
    from ..debugger import Debugger

SAYS, BECAME, OVERLAPS, SAID = (
    translatable("what the device tree says"),
    translatable("what became of it"),
    translatable("overlaps"),
    translatable("what was said"),
)
STATIC, DYNAMIC = "__reserved_mem_reserve_reg", "__reserved_mem_alloc_size"
MARKS = ("early_init_dt_reserve_memory", "early_init_dt_reserve_memory_arch")
"""What reserves a range of a node's ``reg``, by its names."""


class Claimed(NamedTuple):
    """Memory [start, end) that a node gives an address for or found room for; `event` is when it asked for
    it, `granted` whether it got it."""

    node: DTNode
    start: int
    end: int
    event: int
    granted: bool


def named_node(fdt: DeviceTree | None, text: str) -> DTNode | None:
    """The node of ``/reserved-memory`` that somebody means: by its path, an alias, a label (where the tree
    has labels), its name or a part of it.  None if none is meant.  Raises `ExplainError` if several may
    be."""
    parent = fdt.find("/reserved-memory") if fdt is not None else None
    if fdt is None or parent is None or not text:
        return None
    nodes = list(parent.walk())[1:]
    path = next((path for table in ("/aliases", "/__symbols__") if (path := _entry(fdt, table, text))), text)
    for found in (
        [node for node in nodes if path in (node.path, node.name)],
        [node for node in nodes if text in (node.name.partition("@")[0], node.string("label"))],
        [node for node in nodes if len(text) > 2 and text in node.name],
    ):
        if len(found) > 1:
            raise ExplainError(
                tr("{text!r} may be any of {known}", text=text, known=", ".join(node.name for node in found))
            )
        if found:
            return found[0]
    return None


def _entry(fdt: DeviceTree, table: str, name: str) -> str | None:
    node = fdt.find(table)
    return node.string(name) if node is not None else None


def node_facts(debugger: Debugger, node: DTNode) -> Iterator[Fact]:
    """All there is to say of a node where the debugger stands."""
    yield from _says(node)
    claims = list(_claims(debugger))
    ignored = _ignored(debugger.facts.device_tree, node)
    # 5.7 looks deeper than at children.
    if ignored and not any(claim.node is node for claim in claims):
        yield Fact(BECAME, tr("nothing"), ignored)
        return
    mine = [claim for claim in claims if claim.node is node and claim.event < debugger.position]
    yield from (_became(debugger, claim) for claim in mine)
    if not mine:
        yield Fact(BECAME, tr("nothing"), _no_claim(debugger, node, claims))
    for claim in mine:
        yield from _overlaps(claim, claims)
        yield from _in_use(debugger, claim) if claim.granted else ()
    yield from _messages(debugger, node)


# ---- what it says ----


def _says(node: DTNode) -> Iterator[Fact]:
    yield Fact(SAYS, tr("node"), node.path)
    words = [name for name in ("no-map", "reusable", "linux,cma-default") if name in node.properties]
    compatible = " ".join(node.strings("compatible"))
    words += [f"compatible {compatible}"] if compatible else []
    status = node.string("status")
    words += [f"status {status}"] if status is not None else []
    if words:
        yield Fact(SAYS, tr("is"), ", ".join(words))
    for name in ("reg", "size", "alignment", "alloc-ranges"):
        if name in node.properties:
            cells = " ".join(hex(cell) for cell in node.cells(name))
            yield Fact(SAYS, name, f"<{cells}>")


def _ignored(fdt: DeviceTree | None, node: DTNode) -> str:
    """Why the kernel does not even look at a node; "" if it does."""
    parent = node.parent
    assert fdt is not None and parent is not None
    if parent.path != "/reserved-memory":
        return tr(
            "the kernel looks at the children of /reserved-memory only, this one is a child of {name}",
            name=parent.name,
        )
    for name in ("#address-cells", "#size-cells"):
        if parent.cells(name)[:1] != fdt.root.cells(name)[:1]:
            return tr(
                "the kernel ignores all of /reserved-memory: its {name} is not that of the root", name=name
            )
    if "ranges" not in parent.properties:
        return tr("the kernel ignores all of /reserved-memory: it has no ranges")
    if node.string("status") not in (None, "ok", "okay"):
        return tr('its status is "{status}": the kernel passes it over', status=node.string("status"))
    if "reg" not in node.properties and "size" not in node.properties:
        return tr("it has neither reg nor size: there is nothing to reserve")
    return ""


# ---- what became of it ----


def _claims(debugger: Debugger) -> Iterator[Claimed]:
    """The memory of every node, in the order in which it was asked for."""
    found = [*_static(debugger), *_dynamic(debugger)]
    yield from sorted(found, key=lambda claim: claim.event)


def _calls(debugger: Debugger, name: str) -> Iterator[int]:
    for function in debugger.occurrences.functions_named(name):
        yield from debugger.occurrences.enters(function.number)


def _static(debugger: Debugger) -> Iterator[Claimed]:
    trace, fdt = debugger.trace, debugger.facts.device_tree
    for event in (event for name in MARKS for event in _calls(debugger, name)):
        caller = trace.parent(event)
        if fdt is None or caller < 0 or trace.function(caller).name != STATIC:
            continue
        told, leave = trace.arguments(event, int, int), trace.partner(event)
        node = _node(debugger, caller)
        if node is not None and told is not None:
            base, size = told
            yield Claimed(node, base, base + size, event, bool(leave) and trace.payload(leave) == 0)


def _dynamic(debugger: Debugger) -> Iterator[Claimed]:
    trace = debugger.trace
    for event in _calls(debugger, DYNAMIC):
        leave = trace.partner(event)
        node = _node(debugger, event)
        match trace.payload(leave) if leave else None:
            case (int(base), int(size)) if node is not None:
                yield Claimed(node, base, base + size, event, True)
            case _:
                pass


def _node(debugger: Debugger, enter: int) -> DTNode | None:
    """The node whose path is the first argument of a call."""
    fdt, told = debugger.facts.device_tree, debugger.trace.arguments(enter, str)
    return fdt.find(told[0]) if fdt is not None and told is not None else None


def _became(debugger: Debugger, claim: Claimed) -> Fact:
    where = sized_range(claim.start, claim.end - claim.start)
    if not claim.granted:
        taken = debugger.owners.reserved(claim.event).within(claim.start, claim.end)
        words = ", ".join(
            f"{sized_range(piece.start, piece.end - piece.start)} {piece.value.name}" for piece in taken
        )
        memory = debugger.owners.memory(claim.event).within(claim.start, claim.end)
        left = sum(p.end - p.start for p in memory) - sum(p.end - p.start for p in taken)
        used = (
            tr("; its other {left} are not kept, the kernel uses them", left=readable_size(left))
            if left > 0
            else ""
        )
        return Fact(
            BECAME,
            tr("refused"),
            tr("{where}: in use already ({words}){used}", where=where, words=words, used=used),
            claim.event,
        )
    return Fact(BECAME, tr("got"), f"{where}, {_kept(debugger, claim)}", claim.event)


def _kept(debugger: Debugger, claim: Claimed) -> str:
    """How memory is kept for a node, where the debugger stands."""
    owners, position = debugger.owners, debugger.position
    size = claim.end - claim.start
    area = next((a for a in owners.cma_areas(position) if claim.start <= a.start < claim.end), None)
    if area is not None:
        return tr("as CMA area '{name}', lent to movable pages", name=area.name)
    nomap = sum(piece.end - piece.start for piece in owners.nomap(position).within(claim.start, claim.end))
    memory = sum(piece.end - piece.start for piece in owners.memory(position).within(claim.start, claim.end))
    if "no-map" in claim.node.properties:
        if nomap == size:
            return tr("kept out of the linear map")
        if nomap:
            return tr(
                "of which {nomap} are memory and kept out of the linear map", nomap=readable_size(nomap)
            )
        gone = owners.removed_by(claim.start, position)
        if gone is not None:
            return tr("taken out of memory by {claim}", claim=claim_text(debugger, gone))
        return tr("where no memory is") if not memory else tr("given back since: the kernel uses it")
    reserved = sum(p.end - p.start for p in owners.reserved(position).within(claim.start, claim.end))
    if not reserved:
        return tr("given back since: the kernel uses it")
    if not memory:
        return tr("reserved, though no memory is there")
    others = (
        tr(", but {nomap} are kept out of the linear map for another node", nomap=readable_size(nomap))
        if nomap
        else ""
    )
    outside = (
        "" if memory == size else tr(", of which only {memory} are memory", memory=readable_size(memory))
    )
    return tr("reserved and mapped{others}{outside}", others=others, outside=outside)


def _no_claim(debugger: Debugger, node: DTNode, claims: Iterable[Claimed]) -> str:
    if any(claim.node is node for claim in claims):
        return tr("not yet: the kernel comes to it later")
    if "reg" in node.properties:
        return tr("its reg has no range of any size that the kernel can read")
    return tr("no room was found for it")


# ---- overlaps ----


def overlap_facts(debugger: Debugger) -> Iterator[Fact]:
    """Every overlap of two nodes in this boot."""
    claims = list(_claims(debugger))
    for at, claim in enumerate(claims):
        for fact in _overlaps(claim, claims[at + 1 :]):
            yield fact._replace(label=f"{claim.node.name} {fact.label}")


def _overlaps(claim: Claimed, others: Iterable[Claimed]) -> Iterator[Fact]:
    """The other nodes that ask for some of the same memory: who was first, and what it costs."""
    for other in others:
        start, end = max(claim.start, other.start), min(claim.end, other.end)
        if other.node is claim.node or start >= end:
            continue
        first, second = sorted((claim, other), key=lambda each: each.event)
        order = tr(
            "{name} was first (event {event}), {name2} came after it",
            name=first.node.name,
            event=first.event,
            name2=second.node.name,
        )
        words = tr(
            "in {place}; {order}; {cost}",
            place=sized_range(start, end - start),
            order=order,
            cost=_cost(first, second, end - start),
        )
        yield Fact(OVERLAPS, tr("overlaps {name}", name=other.node.name), words, second.event)


def _cost(first: Claimed, second: Claimed, size: int) -> str:
    """What an overlap of so many bytes takes away."""
    if not second.granted:
        whole = readable_size(second.end - second.start)
        return tr("{whole} lost: {name} was refused and got nothing", whole=whole, name=second.node.name)
    if not first.granted:
        return tr(
            "nothing lost: {name} was refused, {name2} has it alone",
            name=first.node.name,
            name2=second.node.name,
        )
    return tr("{size} lost: both have these bytes, neither has them alone", size=readable_size(size))


def _in_use(debugger: Debugger, claim: Claimed) -> Iterator[Fact]:
    """What somebody else had reserved in the memory that a node got all the same."""
    for piece in debugger.owners.reserved(claim.event).within(claim.start, claim.end):
        if not piece.value.name.startswith("reserved memory "):
            where = sized_range(piece.start, piece.end - piece.start)
            yield Fact(
                OVERLAPS,
                tr("in use"),
                tr("{where}: {name}, there before", where=where, name=said(piece.value.name)),
                claim.event,
            )


def _messages(debugger: Debugger, node: DTNode) -> Iterator[Fact]:
    trace = debugger.trace
    for event in trace.logs[: trace.log_count(debugger.position)]:
        text = trace.log_text(event)
        if re.search(rf"(?<![\w@,-]){re.escape(node.name)}(?![\w@:-]|,\S)", text):
            yield Fact(SAID, tr("log"), text.replace("\n", " "), event)
