"""A release has three numbers, and rules may ask for two or for three of them."""

from __future__ import annotations

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.release import NEWEST, Release, parse_release


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("6.1", Release(6, 1, NEWEST)),
        ("v6.12.117", Release(6, 12, 117)),
        ("6.12.117+deb12-arm64", Release(6, 12, 117)),
        ("6.12-rc3", Release(6, 12, NEWEST)),
        ("six", None),
        ("6.1234567890", None),
    ],
)
def test_a_release_is_read_from_what_names_one(text: str, release: Release | None) -> None:
    assert parse_release(text) == release


def test_rules_ask_for_pairs_and_triples() -> None:
    assert Release(6, 12, 113) >= (6, 12)
    assert not Release(6, 12, 113) >= (6, 12, 114)
    assert Release(6, 12, 117) < (6, 13)
    assert Release(6, 12) >= (6, 12, 114), "one that names no patch level has all its series got"


def test_it_is_written_as_people_write_it() -> None:
    assert f"{Release(6, 12)} {Release(6, 12, 117)}" == "6.12 6.12.117"


def test_a_configuration_tells_the_patch_level_unless_the_machine_does() -> None:
    assert load_kernel(read_machine("virt-1g")).release == Release(6, 1, 192)
    kernel = load_kernel(read_machine("virt-1g", {"release": "6.1.100"}))
    assert (kernel.release, kernel.layout.fixmap_slots) != (Release(6, 1, 192), None)
    assert kernel.release == Release(6, 1, 100)
