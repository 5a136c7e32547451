"""What deeds are called, in the chosen language: they are compared by their English names."""

from __future__ import annotations

from ...language.templates import Templates
from ...language.words import tr, translatable
from ..names import said

_DEEDS = Templates(
    (
        translatable("added from {owner}"),
        translatable("removed by {owner}"),
        translatable("reserved for {owner}"),
        translatable("given back by {owner}"),
        translatable("given back of {owner}"),
        translatable("node {nid}, zone {zone}: {deed}"),
        translatable("node {nid}: memory by {how}, hotplug"),
        translatable("node {nid}: memory by {how}"),
        translatable("node {nid}: {deed}"),
        translatable("zone {zone}: {deed}"),
        translatable("freed: {what}"),
        translatable("panic: {words}"),
        translatable("{map}: {old} becomes {new}"),
        translatable("per-CPU area of a CPU"),
        translatable("pages that are there"),
        translatable("memory"),
        translatable("spans"),
        translatable("may span"),
        translatable("reserved pages"),
        translatable("pages"),
        translatable("page structs of holes"),
        translatable("available"),
        translatable("total"),
        translatable("all banks"),
    ),
    said_too=("deed",),
)
"""Those that are made of others, and those that no owner has too."""
_OF_OWNERS = ("added from ", "removed by ", "reserved for ", "given back by ", "given back of ")


def said_deed(what: str) -> str:
    """A deed in the chosen language; as it is, where nobody has translated it."""
    made = what.removeprefix("could not be made: ")
    if made != what:
        return tr("could not be made: {deed}", deed=said_deed(made))
    for beginning in _OF_OWNERS:
        owner = what.removeprefix(beginning)
        if owner != what:
            return _DEEDS.said(beginning + said(owner))
    found = _DEEDS.said(what)
    return said(what) if found == what else found
