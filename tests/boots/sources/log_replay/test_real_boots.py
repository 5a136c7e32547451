"""Logs of kernels that were stopped when they handed memory over, and what their memory was then."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from bootstep.boots.sources.log_replay.opening import replay_of
from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.boots.sources.log_replay.spans import spans
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.memory.memblock.regions import Region
from bootstep.model.memory.state import Replica
from bootstep.model.source.provenance import provenance

LOGS = sorted((Path(__file__).parents[3] / "data/logs").glob("*.log.xz"))


def replayed(path: Path) -> LogReplay:
    replay = replay_of(log_of_text(lzma.decompress(path.read_bytes()).decode(), path.name))
    replay.run()
    return replay


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_at_the_handover_the_same_addresses_are_memory_and_reserved_as_in_the_real_kernel(path: Path) -> None:
    replay = replayed(path)
    replica = Replica(replay.trace)
    replica.move(Debugger(replay.trace, replay.facts).position_names.find("log:mem auto-init"))
    real = json.loads(Path(str(path).replace(".log.xz", ".json")).read_text())
    for name, array in replica.state.memblock.arrays.items():
        assert spans(array.regions) == spans(Region(base, size, 0, 0) for base, size in real[name])
    assert replay.checks and all(check.agrees and check.complete for check in replay.checks)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_a_boot_has_its_phases_and_every_event_says_how_it_is_known(path: Path) -> None:
    assert len(LOGS) == 4
    replay = replayed(path)
    debugger = Debugger(replay.trace, replay.facts)
    phases = {phase.name for phase in debugger.phases.all()}
    assert {"sparse memory", "per-CPU areas", "hash tables", "handover to the buddy allocator"} <= phases
    assert all(provenance(replay.trace, event) is not None for event in range(len(replay.trace)))
