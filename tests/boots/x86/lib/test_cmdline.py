"""Options are found in the command line as it stands."""

from __future__ import annotations

from bootstep.boots.x86.lib.cmdline import cmdline_find_option, cmdline_find_option_bool


def test_an_option_is_a_whole_word():
    assert cmdline_find_option_bool("quiet nopti ro", "nopti")
    assert not cmdline_find_option_bool("quiet nopti2 xnopti nopti=1", "nopti")


def test_the_last_value_counts():
    assert cmdline_find_option("pti=on a\tpti=off", "pti") == "off"
    assert cmdline_find_option("pti", "pti") is None
    assert cmdline_find_option("xpti=on pti=", "pti") == ""
