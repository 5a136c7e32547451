"""A tour on one boot: where its stops are there, and which of them it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ...debugger.debugger import Debugger
from ...debugger.position_names import PositionNameError, PositionNames
from ...language.words import tr
from ...source.facts import Facts
from ...source.provenance import is_from_log
from .narration import NarrationError, evaluated
from .tour import Tour, TourStop


class Place(Struct, frozen=True):
    """A stop in a boot: its `position`, and the name that led there."""

    stop: TourStop
    position: int
    name: str


class Omitted(Struct, frozen=True):
    """A stop that is left out, and why.  `is_fault`: the tour does not say that it may be."""

    stop: TourStop
    why: str
    is_fault: bool


class Course(Struct, frozen=True):
    """A tour's way through a boot: its places in the order of the tour, and what it leaves out."""

    tour: Tour
    places: tuple[Place, ...]
    omitted: tuple[Omitted, ...]


def unsuited(tour: Tour, facts: Facts, is_log: bool) -> str:
    """Why a tour is none of such a boot, in a sentence; "" if it may be."""
    if tour.arches and facts.arch.name not in tour.arches:
        return tr(
            "The tour {tour} is of {arches}, and {machine} is {arch}.",
            tour=tour.name,
            arches=", ".join(tour.arches),
            machine=facts.name,
            arch=facts.arch.name,
        )
    if tour.source == "log" and not is_log:
        return tr(
            "The tour {tour} is of a kernel log, and {machine} is none.", tour=tour.name, machine=facts.name
        )
    if tour.source == "boot" and is_log:
        return tr(
            "The tour {tour} is of a whole boot, and {machine} is a log.", tour=tour.name, machine=facts.name
        )
    return ""


def course_of(tour: Tour, debugger: Debugger) -> Course:
    """The way of a tour through the boot of a debugger, which is moved meanwhile: give it one of its own."""
    places: list[Place] = []
    omitted: list[Omitted] = []
    for stop in tour.stops:
        found = _placed(stop, debugger)
        if isinstance(found, Place):
            places.append(found)
        else:
            omitted.append(found)
    return Course(tour, tuple(places), tuple(omitted))


def suits(tour: Tour, debugger: Debugger) -> str:
    """Why a tour is none of the boot of a debugger, in a sentence; "" if it may be."""
    return unsuited(tour, debugger.facts, is_from_log(debugger.trace))


def _placed(stop: TourStop, debugger: Debugger) -> Place | Omitted:
    found = _first(stop.at, debugger.position_names)
    if isinstance(found, str):
        # Whether it may be missing can still depend on the boot, whose end knows all of it.
        debugger.end()
        is_expected = stop.is_optional or (bool(stop.only_if) and not _holds(stop, debugger))
        return Omitted(stop, found, not is_expected)
    position, name = found
    debugger.goto(position)
    if stop.only_if:
        try:
            if not evaluated(stop.only_if, debugger):
                return Omitted(stop, tr("{condition} does not hold there", condition=stop.only_if), False)
        except NarrationError as error:
            return Omitted(stop, f"if: {error}", True)
    return Place(stop, position, name)


def _holds(stop: TourStop, debugger: Debugger) -> bool:
    try:
        return bool(evaluated(stop.only_if, debugger))
    except NarrationError:
        return True


def _first(names: Sequence[str], positions: PositionNames) -> tuple[int, str] | str:
    """The first of some names that leads somewhere, or why none does."""
    reasons: list[str] = []
    for name in names:
        try:
            return positions.find(name), name
        except PositionNameError as error:
            reasons.append(str(error))
    return "; ".join(reasons)
