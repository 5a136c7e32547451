"""Lines of calls, by the addresses that they return to."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.live.functions import call_lines
from bootstep.boots.live.functions.call_lines import lines_of_calls, tell_lines
from bootstep.model.base.errors import InputError
from bootstep.model.build.dwarf.lines import Line
from bootstep.model.trace.functions import NOWHERE, Site, SiteTable

KERNEL = Path(__file__).parents[3] / "data" / "types" / "functions-arm64.elf"
LANDMARKS = {"mm/functions.c": 0x10030}
RETURNS = {0x100F4: 57, 0x1010C: 58, 0x10134: 51}
"""Addresses behind a ``bl``, with the lines that call."""


def test_the_line_is_that_of_the_call_and_not_of_what_follows() -> None:
    expected = {address: Line("mm/functions.c", line) for address, line in RETURNS.items()}
    assert lines_of_calls(KERNEL, [*RETURNS, 0x50], LANDMARKS) == expected


def test_places_of_a_trace_get_their_lines() -> None:
    sites = SiteTable()
    one, untold = Site("", 0, "_start+0x14"), Site("", 0, "elsewhere+0x4")
    numbers = [sites.number_of(site) for site in (NOWHERE, one, untold)]
    tell_lines(sites, {0x100F4: one, 0x50: untold, 0x1010C: NOWHERE}, KERNEL, LANDMARKS)
    assert [sites[number] for number in numbers] == [
        NOWHERE,
        Site("mm/functions.c", 57, "_start+0x14"),
        untold,
    ]


def test_what_was_read_once_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = lines_of_calls(KERNEL, RETURNS, LANDMARKS)

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(call_lines, "_read", never)
    assert lines_of_calls(KERNEL, [*RETURNS], LANDMARKS) == found
    assert lines_of_calls(KERNEL, (), LANDMARKS) == {}
    with pytest.raises(AssertionError):
        lines_of_calls(KERNEL, [0x100F4], LANDMARKS)


def test_a_packed_kernel_tells_none(tmp_path: Path) -> None:
    kernel = tmp_path / "vmlinuz"
    kernel.write_bytes(b"MZ" + bytes(4096))
    assert lines_of_calls(kernel, RETURNS, LANDMARKS) == {}


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    kernel = tmp_path / "vmlinux"
    kernel.write_bytes(KERNEL.read_bytes()[:5000])
    with pytest.raises(InputError, match=f"^{kernel}: this ELF file is damaged"):
        lines_of_calls(kernel, RETURNS, LANDMARKS)
