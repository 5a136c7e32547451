"""What holds for every recording of a real kernel: what it did is what it printed, and what the model
does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bootstep.boots.live.run import LiveRun
from bootstep.model.analysis.divergence.against import held_against
from bootstep.model.memory.state import Replica
from bootstep.model.source.recorded_files import write_recorded
from bootstep.model.source.trace_source import TraceSource
from bootstep.model.text.state_json import report
from bootstep.model.trace.events import Kind, Trace
from live_recordings import calls, lines, returned
from memblock_lines import LINE, PRINTED, printed

PARTS = ("memblock", "page_tables", "sections", "nodes", "zones")
"""What a picture of the state has besides variables."""
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
    found = [(event, match) for event, text in lines(trace) if (match := LINE.fullmatch(text))]
    assert trace.partner(begun) < found[0][0], "a line before the command line was read"
    begun = min(begun, found[0][0] - 1)
    made = [call for call in calls(trace) if call.function in PRINTED and call.event >= begun]
    assert [match["said"] for _, match in found] == [printed(call) for call in made]
    assert [event - 1 for event, _ in found] == [call.event for call in made]
    print(f"{len(made)} calls of memblock's functions, each with its line")


def assert_callers_are_those_that_were_printed(trace: Trace) -> None:
    """Where a line's caller is a function that is watched, the call was made in it."""
    watched = {function.name for function in trace.functions}
    seen = 0
    for event, text in lines(trace):
        match = LINE.fullmatch(text)
        if match is not None and match["caller"] in watched:
            outer = [trace.functions[trace.function_number(each)].name for each in trace.outwards(event - 1)]
            assert match["caller"] in outer, text
            seen += 1
    assert seen


def assert_states_are_the_models(run: LiveRun, model: TraceSource, moments: tuple[str, ...]) -> None:
    """At the returns of some functions every part of the state is the model's, and of the variables those
    that both have."""
    real, played = Replica(run.trace), Replica(model.trace)
    for function in moments:
        real.move(returned(run, function))
        played.move(returned(model, function))
        theirs = json.loads(json.dumps(report(real.state, run.facts)))
        ours = json.loads(json.dumps(report(played.state, model.facts)))
        assert {part: theirs[part] for part in PARTS} == {part: ours[part] for part in PARTS}, function
        both = theirs["kernel"].keys() & ours["kernel"].keys()
        assert not list(differing(theirs["kernel"], ours["kernel"], both)), function
        print(f"at the return of {function}: {len(PARTS)} parts and {len(both)} variables are the same")


def differing(theirs: Mapping[str, Any], ours: Mapping[str, Any], names: set[str]) -> Iterator[str]:
    """The variables that are not the same."""
    for name in sorted(names):
        if theirs[name] != ours[name]:
            yield f"{name}: {theirs[name]!r}, the model has {ours[name]!r}"


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
