"""What is known beside a trace, and how it is said that something is not.

Covers capabilities.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.source.capabilities import SUBJECTS, Capabilities
from bootstep.model.source.facts import Facts
from small_boot import MAP

LOG = Facts("dmesg.txt", kind="a kernel log", can=Capabilities(page_tables=False, what_if=False))


def test_what_a_source_cannot_tell_is_said_in_a_sentence() -> None:
    assert LOG.silence("page_tables") == "A kernel log tells nothing of page tables."
    assert LOG.silence("calls", "locals") == "A kernel log tells nothing of local variables."
    assert LOG.silence("what_if") == "A kernel log cannot be done again with something changed."


def test_what_it_can_tell_needs_no_words() -> None:
    assert LOG.silence() == LOG.silence("calls", "zones") == ""


@pytest.mark.parametrize("name", sorted(set(Capabilities.__struct_fields__) - {"what_if", "grows"}))
def test_every_part_that_may_be_missing_has_words(name: str) -> None:
    assert name in SUBJECTS


def test_pages_are_those_of_the_address_map_or_the_usual_ones() -> None:
    assert (LOG.page_size, LOG.section_size_bits, LOG.max_numnodes) == (4096, 27, 1)
    assert Facts(address_map=MAP).max_numnodes == 16
