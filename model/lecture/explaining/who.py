"""Who does something, and why: the functions around an event, what they are for, the phase of the boot."""

from __future__ import annotations

from collections.abc import Iterator

from ...debugger.inspect.answers import Said
from ...index.calls import ON_EVERY_PATH
from ...language.words import tr
from ...source.provenance import Inferred, Logged, provenance
from ...trace.events import Kind
from .ground import Ground
from .purposes import purpose

MEMBLOCKS_OWN = "memblock_"


def who(ground: Ground, event: int) -> Iterator[Said]:
    """Who does what happens at an event, and because of what."""
    trace = ground.trace
    stack = [*trace.outwards(event)]
    if not stack:
        yield Said(_alone(ground, event))
    told = [enter for enter in stack if purpose(trace.function(enter).name)]
    is_call = trace.kind(event) in (Kind.ENTER, Kind.LEAVE)
    for at, enter in enumerate(_chosen(ground, told)):
        name = trace.function(enter).name
        said = purpose(name)
        if at:
            words = tr("That is done for {caller}, which {purpose}.", caller=name, purpose=said)
        elif enter != stack[0]:
            words = tr(
                "This is in {inner}, for {caller}, which {purpose}.",
                inner=trace.function(stack[0]).name,
                caller=name,
                purpose=said,
            )
        elif is_call:
            words = tr("It is called by {caller}, because that {purpose}.", caller=name, purpose=said)
        else:
            words = tr("{caller} does it, which {purpose}.", caller=name, purpose=said)
        yield Said(words, enter)
    if stack and not told:
        yield Said(tr("It happens in {caller}.", caller=trace.function(stack[0]).name), stack[0])
    yield Said(_when(ground, event), event)


def _chosen(ground: Ground, told: list[int]) -> list[int]:
    """The callers to tell of, the innermost first: the next one, the first outside memblock and the one
    around it, and the outermost that is not on every path."""
    names = [ground.trace.function(enter).name for enter in told]
    outside = next((at for at, name in enumerate(names) if not name.startswith(MEMBLOCKS_OWN)), 0)
    outermost = max((at for at, name in enumerate(names) if name not in ON_EVERY_PATH), default=0)
    places = {0, outside, min(outside + 1, outermost), outermost}
    said: dict[str, int] = {}
    for at in sorted(places & set(range(len(told)))):
        said.setdefault(names[at], told[at])
    return list(said.values())


def _alone(ground: Ground, event: int) -> str:
    if not ground.has_calls() or provenance(ground.trace, event) is not None:
        return tr("Which function does it is not known.")
    return tr("Nothing called it: here the boot begins, as far as it is followed.")


def _when(ground: Ground, event: int) -> str:
    """Where in the boot that is."""
    phases = ground.phases.all()
    phase = phases[ground.phases.at(event)].name if phases else ""
    name = ground.names.name(event)
    if not phase:
        return tr("This is event {event}; the moment before it is called “{name}”.", event=event, name=name)
    return tr(
        "This is event {event}, in the phase “{phase}”; the moment before it is called “{name}”.",
        event=event,
        phase=tr(phase),
        name=name,
    )


def known(ground: Ground, event: int) -> Iterator[Said]:
    """Where an event of a log is known from."""
    found = provenance(ground.trace, event)
    match found:
        case Logged(line, after_gap):
            yield Said(tr("Line {line} of the log says so.", line=line))
            if after_gap:
                yield Said(tr("Lines before it are missing in the file."))
        case Inferred(line, why):
            yield Said(tr("No line of the log says so, it is inferred: {why}.", why=why.rstrip(".")))
            if line:
                yield Said(tr("It follows from line {line}.", line=line))
        case _:
            pass
