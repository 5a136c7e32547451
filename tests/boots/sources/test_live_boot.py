"""Whole live recordings, on every architecture: from reset to the handover, of a kernel that ran already, and
of another kernel than the one that was named.

Covers live_boot.py, boots/live/finding.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.live.report import Ending
from bootstep.boots.live.same_kernel import AnotherKernel
from bootstep.boots.sources.live_boot import LiveBoot
from bootstep.model.base.errors import InputError
from bootstep.model.memory.state import Replica
from bootstep.model.trace.events import Kind, Trace

from ...support.fake_machine import Moment
from ...support.played_arches import ARM64, X86_64, PlayedArch
from ...support.played_recordings import Recording, trace
from ...support.played_stub import NAMES, listening, system_map

ARCHES = pytest.mark.parametrize("arch", [ARM64, X86_64], ids=lambda arch: arch.name)
PLACES = 120
"""So many places of a boot are played where it need not be all of it."""
OURS = b"Linux version 6.1.50 (me@here) (gcc 12) #7 SMP Mon Jan  1 00:00:00 UTC 2024"


def calls(trace: Trace, arch: PlayedArch) -> list[tuple[Any, ...]]:
    """The calls of the functions that are played, with their numbers, and their ends."""
    found: list[tuple[Any, ...]] = []
    for event in range(len(trace)):
        kind = Kind(trace.kind(event))
        if kind in (Kind.ENTER, Kind.LEAVE) and trace.function(event).name in NAMES[arch.name]:
            payload = trace.payload(event) if kind == Kind.ENTER else ()
            numbers = tuple(each for each in payload if isinstance(each, int) and each >= 0)
            found.append((kind, trace.function(event).name, numbers))
    return found


def memblock_at_the_end(trace: Trace) -> list[Any]:
    """Its arrays after the last call: what a kernel has without a configuration, which knows no nodes."""
    replica = Replica(trace)
    replica.move(len(trace))
    return _memblock(replica)


def _memblock(replica: Replica) -> list[Any]:
    arrays = [replica.state.memblock.type(name).regions for name in ("memory", "reserved")]
    return [[(each.base, each.size, each.flags) for each in regions] for regions in arrays]


@ARCHES
def test_a_boot_is_recorded_from_reset_to_the_handover(arch: PlayedArch, tmp_path: Path) -> None:
    recording = Recording(tmp_path, arch=arch, places=None)
    boot = recording.run()
    report = boot.report()
    assert report.ending is Ending.HANDOVER, report.ending_words
    assert (report.load_address, report.moved, report.architecture) == (arch.load_address, 0, arch.name)
    seen, played = calls(boot.trace, arch), calls(trace(arch), arch)
    assert len(seen) > 100
    assert [each[:2] for each in seen] == [each[:2] for each in played[: len(seen)]]
    assert played[len(seen) - 1][:2] == (Kind.LEAVE, "memblock_free_all")
    handed_over = Replica(trace(arch))
    handed_over.move(
        next(
            event
            for event in range(len(trace(arch)))
            if trace(arch).kind(event) == Kind.LEAVE
            and trace(arch).function(event).name == "memblock_free_all"
        )
    )
    assert memblock_at_the_end(boot.trace) == _memblock(handed_over)


@ARCHES
@pytest.mark.parametrize("already", [1, 60])
def test_a_kernel_that_ran_already_is_recorded_from_there_on(
    arch: PlayedArch, tmp_path: Path, already: int
) -> None:
    (tmp_path / "whole").mkdir()
    whole = Recording(tmp_path / "whole", arch=arch, places=PLACES).run()
    boot = Recording(tmp_path, arch=arch, places=PLACES - already, already=already).run()
    report = boot.report()
    assert report.ending is Ending.HANDOVER, report.ending_words
    assert (report.load_address, report.moved) == (arch.load_address, 0)
    from_the_start = [each for each in calls(whole.trace, arch) if each[0] == Kind.ENTER]
    from_there = [each for each in calls(boot.trace, arch) if each[0] == Kind.ENTER]
    assert 20 < len(from_there) < len(from_the_start)
    assert from_there == from_the_start[-len(from_there) :]
    assert memblock_at_the_end(boot.trace) == memblock_at_the_end(whole.trace)
    with pytest.raises(InputError, match="was not seen: it was already running"):
        _ = boot.inputs


@ARCHES
def test_a_kernel_whose_memory_was_handed_over_is_read_and_nothing_is_waited_for(
    arch: PlayedArch, tmp_path: Path
) -> None:
    """Its state and its log are still there; only the calls are over."""
    recording = Recording(tmp_path, arch=arch, places=PLACES, already=20, time_limit=None)
    recording.machine.cut(1, Moment(arch.text))
    place = recording.kernel.writer.linked("_totalram_pages", 8)
    recording.kernel.put(place, (1000).to_bytes(8, "little"))
    system_map(recording.kernel, tmp_path)
    report = recording.run().report()
    assert report.ending is Ending.HANDOVER
    assert "the calls: memblock_free_all had returned before anybody looked" in report.missing
    assert any(memblock_at_the_end(recording.boot.trace))
    assert not [each for each in recording.stub.requests if each.startswith(b"vCont;c")]


@ARCHES
@pytest.mark.parametrize("already", [None, 20], ids=["at-reset", "already"])
@pytest.mark.parametrize("found", [None, OURS, b"no banner"], ids=["cannot-be-read", "ours", "none"])
def test_another_kernel_than_the_one_that_was_named(
    arch: PlayedArch, tmp_path: Path, already: int | None, found: bytes | None
) -> None:
    """The symbols say where a banner has to be."""
    recording = Recording(tmp_path, arch=arch, places=20, already=already)
    place, machine = 0x7000, recording.machine
    file = tmp_path / "System.map"
    file.write_text(file.read_text() + f"{arch.text + place:016x} R linux_banner\n")
    if found is not None:
        machine.memory[arch.text + place] = bytearray(found.ljust(200, b"\0"))
        machine.physical[arch.load_address + place] = bytearray(found.ljust(200, b"\0"))
    is_refused = found == b"no banner" or (found is None and already is not None)
    boot = LiveBoot(recording.options)
    with listening(recording.stub, tmp_path):
        if is_refused:
            with pytest.raises(AnotherKernel, match=r"System\.map is not the kernel that runs"):
                boot.prepare()
        else:
            boot.run()
            assert boot.report().ending is Ending.HANDOVER
