"""Every operation does what the kernel's own mm/memblock.c does: 6.1 and 6.12, compiled for user space.

Covers add_remove.py, alloc.py, find.py, iterate.py, limits.py, marks.py, merge.py, queries.py, ranges.py,
regions.py, structure.py.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest
from memblock_vectors import Json, configured, replay, run, sequences
from sweeps import sweep

REPOSITORY = Path(__file__).parents[4]
OURS = REPOSITORY / "tests" / "data" / "memblock"
ALL = Path(os.environ.get("MEMBLOCK_VECTORS", REPOSITORY.parent / "shared" / "memblock-vectors"))
SAMPLE = None if "MEMBLOCK_VECTORS" in os.environ else 50
"""All vectors are replayed when the environment says where they are: one sequence in so many otherwise."""

VERSIONS = ("6.1", "6.12")


def first_differences(chosen: list[Json]) -> list[str]:
    return [found for sequence in chosen if (found := replay(sequence))][:5]


@pytest.mark.parametrize("every", sweep((5, 1), 5))
@pytest.mark.parametrize("version", VERSIONS)
def test_agrees_with_the_kernel_after_every_operation(version: str, every: int) -> None:
    chosen = list(sequences(OURS / f"{version}.jsonl.gz"))
    assert len(chosen) > 1000
    assert first_differences(chosen[::every]) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["kernel-tests", "random-shared"])
def test_agrees_with_the_kernel_in_all_vectors(version: str, name: str) -> None:
    path = ALL / version / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("MEMBLOCK_VECTORS names the directory of all vectors")
    assert first_differences(list(islice(sequences(path), 0, None, SAMPLE))) == []


def test_a_wrong_record_is_noticed() -> None:
    """The comparison itself: a sequence whose records were tampered with differs."""
    sequence = next(s for s in sequences(OURS / "6.1.jsonl.gz") if s["config"]["source"] == "random")
    assert replay(sequence) is None
    record = next(record for record in sequence["ops"] if "reserved_total" in record)
    record["reserved_total"] = hex(int(record["reserved_total"], 16) + 1)
    found = replay(sequence)
    assert found is not None and record["op"] in found


@pytest.mark.parametrize("version", VERSIONS)
def test_every_position_is_the_state_there_was(version: str) -> None:
    """Going back through the trace, memblock is again what it was after each operation."""
    from bootstep.model.memory.state import Replica

    for sequence in islice(sequences(OURS / f"{version}.jsonl.gz"), 0, None, 15):
        mb, state = configured(sequence["config"])
        targets = state
        moments: list[tuple[int, Json]] = []
        for record in sequence["ops"]:
            if "fatal" in run(mb, record):
                break
            moments.append((len(mb.trace), {name: target.snapshot() for name, target in targets.items()}))
        replica = Replica(mb.trace)
        for position, snapshots in [*reversed(moments), *moments]:
            replica.move(position)
            there = {name: target.snapshot() for name, target in replica.state.items()}
            assert there == snapshots, sequence["name"]
