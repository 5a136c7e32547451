"""A machine's boot as a source of a trace.

Covers model/source/trace_source.py.
"""

from __future__ import annotations

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.source.trace_source import TraceSource
from msgspec import structs


def test_it_tells_everything_of_its_machine_before_it_runs() -> None:
    source: TraceSource = ModelBoot.of(read_machine("virt-1g"))
    facts = source.facts
    assert (facts.name, facts.arch.name, len(source.trace)) == ("virt-1g", "arm64", 0)
    assert [part.name for part in facts.parts] == ["Kernel code", "Kernel data"]
    assert all(structs.astuple(structs.replace(facts.can, grows=True, e820=True, numa=True)))
    assert any(line.startswith("machine ") for line in facts.description)


def test_one_that_nobody_waits_for_ends_soon() -> None:
    source, asked = ModelBoot.of(read_machine("virt-1g")), 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    source.run(cancelled)
    assert source.trace.finished
    assert 0 < len(source.trace) < 5000


def test_what_the_log_buffer_has_lost_is_known_when_it_has_run() -> None:
    source = ModelBoot.of(read_machine("virt-1g-64k", {"memblock_debug": "true"}))
    source.run()
    outcome = source.outcome()
    assert bool(outcome.unreadable) == bool(outcome.unreadable_words)
