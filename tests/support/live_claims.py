"""What holds for every recording of a real kernel: what it did is what it printed, and what the model
does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bootstep.boots.live.run import LiveRun
from bootstep.model.analysis.divergence.against import held_against
from bootstep.model.memory.state import Replica
from bootstep.model.source.recorded_files import write_recorded
from bootstep.model.source.trace_source import TraceSource
from bootstep.model.text.state_json import report
from bootstep.model.trace.call_places import call_place
from bootstep.model.trace.events import Kind, Trace
from live_recordings import lines, returned
from memblock_lines import LINE, printed

PARTS = {"kernel", "memblock", "page_tables", "sections", "nodes", "zones"}
"""What a picture of the state has; ``kernel`` are variables."""
READ = """
import sys
from bootstep.tui.cli.kinds.recorded import read_recorded
from bootstep.model.trace.events import Kind
trace = read_recorded(sys.argv[1]).trace
print(len(trace), len(trace.logs), sum(1 for _ in trace.of_kind(Kind.ENTER)))
assert not [name for name in sys.modules if name.startswith("bootstep.boots")]
"""


def assert_calls_are_what_was_printed(run: LiveRun) -> None:
    """Each line about memblock comes right after the call that printed it, and from the moment
    ``memblock=debug`` was read no call is without its line."""
    trace = run.trace
    begun = returned(run, "parse_early_param")
    said = [(event - 1, match["said"]) for event, text in lines(trace) if (match := LINE.fullmatch(text))]
    assert trace.partner(begun) < said[0][0], "a line before the command line was read"
    assert said == printed(trace, min(begun, said[0][0]))
    print(f"{len(said)} calls of memblock's functions, each with its line")


def assert_callers_are_those_that_were_printed(trace: Trace) -> None:
    """Each call was made where its line says, to the byte; where the line's caller is a function that is
    watched, it was made in it."""
    watched = {function.name for function in trace.functions}
    seen = 0
    for event, text in lines(trace):
        match = LINE.fullmatch(text)
        if match is not None:
            place = call_place(trace.site(event - 1))
            assert place is not None and text.rpartition("/")[0].endswith(f" {place.address}"), text
        if match is not None and match["caller"] in watched:
            outer = [trace.functions[trace.function_number(each)].name for each in trace.outwards(event - 1)]
            assert match["caller"] in outer, text
            seen += 1
    assert seen


def assert_states_are_the_models(
    run: LiveRun, model: TraceSource, moments: tuple[str, ...], untold: frozenset[str]
) -> None:
    """At the returns of some functions, the last of them that which hands memory over, all that was recorded
    of the state is the model's; besides variables nothing is missing but what this kernel cannot tell."""
    real, played = Replica(run.trace), Replica(model.trace)
    for function in moments:
        real.move(returned(run, function))
        played.move(returned(model, function))
        pictures = report(real.state, run.facts), report(played.state, model.facts)
        assert pictures[0].keys() == pictures[1].keys() >= PARTS
        theirs, ours = map(flat, pictures)
        both = theirs.keys() & ours.keys()
        differing = {name: (theirs[name], ours[name]) for name in both if theirs[name] != ours[name]}
        assert not differing, function
        missing = {name.partition("[")[0] for name in theirs.keys() ^ ours.keys()}
        assert {name for name in missing if not name.startswith("kernel.")} <= untold, function
        assert real.state.zones.free == played.state.zones.free, function
        print(f"at the return of {function}: {len(both)} values are the same")
    assert real.state.zones.free


def flat(value: Any, name: str = "") -> dict[str, Any]:
    """Every value in plain data by its path; an empty list is a value too."""
    if isinstance(value, Mapping):
        inner = ((f"{name}.{key}".lstrip("."), each) for key, each in value.items())
    elif isinstance(value, list | tuple) and value:
        inner = ((f"{name}[{number}]", each) for number, each in enumerate(value))
    else:
        return {name: value}
    return {path: found for key, each in inner for path, found in flat(each, key).items()}


def assert_nothing_diverges(run: LiveRun, model: TraceSource) -> None:
    """``--against model`` would find nothing."""
    found, said = held_against(run, model)
    assert found.divergence is None and found.are_same, "\n".join(said)


def assert_it_opens_without_boots(run: LiveRun, file: Path) -> None:
    """The saved recording needs no code of a boot."""
    write_recorded(run, str(file), "tests")
    words = [sys.executable, "-c", READ, str(file)]
    told = subprocess.run(words, capture_output=True, text=True)
    trace = run.trace
    expected = f"{len(trace)} {len(trace.logs)} {sum(1 for _ in trace.of_kind(Kind.ENTER))}\n"
    assert (told.stdout, told.stderr) == (expected, "")
