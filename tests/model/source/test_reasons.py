"""Reasons of what logs do not say."""

from __future__ import annotations

import re

import pytest
from bootstep.boots.sources.log_replay import silence
from bootstep.model.language import words
from bootstep.model.source.reasons import KINDS, said_reason

REASONS = (
    "by the order in which 4.9 boots",
    f"the dump in line 12 has it: {silence.BEFORE_DEBUG}",
    f"the dump in line 12 has it: {silence.BEGINS_LATE}",
    "memory is trimmed to whole pages: [0x0-0x1] 2 B is no whole page: the kernel says nothing of that",
    "[0x0-0xfff] 4.0 KiB is no memory any more: memory below a limit is cut off",
    f"[0x0-0xfff] 4.0 KiB is reserved without a line: {silence.IN_A_GAP}",
    "flag nomap is set of [0x0-0xfff] 4.0 KiB of memory: the kernel says nothing of flags",
    "regions of memory are given their nodes: the kernel says nothing of that",
    "[0x0-0xfff] 4.0 KiB is not reserved any more, and nothing tells why",
)
"""As the replay writes them into traces."""


@pytest.mark.parametrize("why", REASONS)
def test_a_reason_is_said_whole(why: str) -> None:
    assert said_reason(why) == why
    words.choose("zh")
    said = said_reason(why)
    kernels = re.sub(r"memblock=debug|\[0x\w+-0x\w+\]|KiB|\bB\b|nomap|memory|[0-9.]+", "", said)
    assert not re.search("[a-zA-Z]{2,}", kernels), said


def test_what_traces_come_from_is_said() -> None:
    words.choose("zh")
    assert all(words.tr(kind) != kind for kind in KINDS)
