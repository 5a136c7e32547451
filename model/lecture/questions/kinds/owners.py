"""Who will have an address."""

from __future__ import annotations

from random import Random

from ....analysis.names import said
from ....analysis.owner_rules import Owner
from ....base.intervals import Interval
from ....base.units import address_range, hex_address, readable_size
from ....language.words import tr, translatable
from ..choosing import choices_of
from ..kind import Kind, Places
from ..material import Material
from ..question import EASY, HARD, MIDDLING, NAME, Cursor, Question, Value

FREE = "nobody"
"""The answer where memory is free."""


def _name_text(value: Value) -> str:
    return tr("nobody: it is free") if value == FREE else said(str(value))


def places(material: Material) -> Places:
    """The ends of the boot's phases in which something was reserved."""
    counts = material.occurrences.operations
    found: dict[str, list[int]] = {}
    for phase in material.debugger.phases.all():
        if counts.count(phase.start) < counts.count(phase.end) and phase.start < phase.end:
            found[phase.name] = [phase.end - 1]
    return found


def make(material: Material, event: int, chance: Random) -> Question | None:
    """The question who has an address at the end of a phase, asked at its start."""
    phases = material.debugger.phases
    phase = phases.all()[phases.at(event + 1)]
    reveal = event + 1
    pieces = list(material.owners.reserved(reveal))
    before = {(piece.start, piece.end): piece.value for piece in material.owners.reserved(phase.start)}
    new = [piece for piece in pieces if before.get((piece.start, piece.end)) != piece.value]
    names = list(dict.fromkeys(piece.value.name for piece in pieces))
    if not new or len(names) < 2:
        return None
    piece = chance.choice(_largest(new))
    address = piece.start + chance.randrange(piece.end - piece.start)
    address &= ~0xFFF if address & ~0xFFF >= piece.start else ~0
    answer = piece.value.name
    near = sorted(pieces, key=lambda other: abs(other.start - address))
    wrong = [*dict.fromkeys(other.value.name for other in near[:8]), FREE, *names]
    return Question(
        kind=OWNER.name,
        difficulty=_difficulty(piece, new),
        position=phase.start,
        reveal=reveal,
        subject=event,
        moment=material.moment(phase.start),
        text=tr(
            "The phase “{phase}” begins. When it ends, who will have physical address {address}?",
            phase=phase.name,
            address=hex_address(address),
        ),
        form=NAME,
        answer=answer,
        shown=said(answer),
        choices=choices_of(chance, answer, wrong, _name_text),
        explanation=_explanation(material, piece, address, reveal),
        cursor=Cursor("memblock", piece.start, piece.end),
    )


def _largest(pieces: list[Interval[Owner]]) -> list[Interval[Owner]]:
    """One piece, the largest, of each owner: a hundred page tables are one thing to ask about."""
    found: dict[str, Interval[Owner]] = {}
    for piece in sorted(pieces, key=lambda each: (each.start - each.end, each.start)):
        found.setdefault(piece.value.name, piece)
    return list(found.values())


def _difficulty(piece: Interval[Owner], new: list[Interval[Owner]]) -> int:
    if len(new) == 1:
        return EASY
    return MIDDLING if piece.end - piece.start >= 1 << 20 else HARD


def _explanation(material: Material, piece: Interval[Owner], address: int, position: int) -> str:
    range = address_range(piece.start, piece.end - piece.start)
    size = readable_size(piece.end - piece.start)
    claim = material.owners.reserved_by(address, position)
    sentence = tr(
        "{range}, {size}, is reserved for: {owner}.", range=range, size=size, owner=said(piece.value.name)
    )
    if claim is None:
        return sentence
    cause = tr(" Behind it: {cause}.", cause=said(claim.owner.cause)) if claim.owner.cause else ""
    path = material.debugger.history.path(claim.event)
    return sentence + cause + tr(" It was done in {path}.", path=path)


OWNER = Kind("owner", translatable("who has an address at the end of a phase"), (), places, make)
