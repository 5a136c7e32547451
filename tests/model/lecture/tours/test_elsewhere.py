"""Shipped tours on boots that they were not made for: other kernels' logs, boards on which something fails.

Covers shipped.py, checking.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.lecture.tours.checking import check_tour
from bootstep.model.lecture.tours.course import course_of
from bootstep.model.lecture.tours.narration import told
from toured_boots import debugger, tour

DATA = Path(__file__).parents[3] / "data"
LOGS = (
    "logs/6.1-x86_crash-range.log.xz",
    "logs/6.1.0-50-amd64_m4g.log.xz",
    "logs/6.1.0-50-arm64_efi.log.xz",
    "logs/6.12-4k48_m1g-mem600-initrd.log.xz",
    "oracle/6.1-4k48/resv-cma/dmesg.log.gz",
)
MACHINES = (
    ("cma-does-not-fit", "broken-1g"),
    ("cma-does-not-fit", "virt-4g"),
    ("e820", "broken-pc-2g"),
    ("zones", "raspberry-2g"),
    ("zones", "virt-2g-numa2"),
)


@pytest.mark.parametrize("log", LOGS)
def test_reading_a_log_holds_on_other_logs(log: str) -> None:
    checked = check_tour(tour("reading-a-log"), debugger(str(DATA / log)))
    assert not [str(mistake) for mistake in checked.mistakes]
    assert len(checked.course.places) >= 10


@pytest.mark.parametrize(("name", "machine"), MACHINES)
def test_a_tour_holds_on_other_machines(name: str, machine: str) -> None:
    checked = check_tour(tour(name), debugger(machine))
    assert not [str(mistake) for mistake in checked.mistakes]
    assert len(checked.course.places) >= 10


def test_the_log_beside_its_tour_is_a_real_kernels() -> None:
    """It is the capture that the tests hold the model against, byte for byte."""
    captured = DATA / "oracle" / "6.1-4k48" / "m1g-mem600-initrd" / "dmesg.log.gz"
    assert Path(tour("reading-a-log").machine).read_bytes() == captured.read_bytes()


def test_a_fixed_area_fails_by_what_lies_there_and_others_by_their_alignment() -> None:
    """The two ways of failing show different stops."""
    found = tour("cma-does-not-fit")
    omitted = {
        machine: {each.stop.number for each in check_tour(found, debugger(machine)).course.omitted}
        for machine in ("virt-1g-64k", "broken-1g")
    }
    taken = next(stop.number for stop in found.stops if "-16" in stop.only_if)
    assert taken in omitted["virt-1g-64k"]
    assert taken not in omitted["broken-1g"]
    assert omitted["broken-1g"]


@pytest.mark.parametrize("machine", ["server-8g", "virt-1g-6.12", "pc-2g", "pc-6g-numa2"])
def test_the_node_is_there_where_the_tour_of_zones_shows_it(machine: str) -> None:
    """Releases and architectures differ in which function makes it known."""
    standing = debugger(machine)
    course = course_of(tour("zones"), standing)
    place = next(place for place in course.places if "pg_data_t" in place.stop.say["en"])
    standing.goto(place.position)
    assert standing.evaluate("NODE_DATA(0)->node_id") == 0
    assert "NODE_DATA(0) is 0xffff" in told(place.stop.say["en"], standing)
