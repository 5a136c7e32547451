"""Whether a kernel guards against the bugs of CPUs."""

from __future__ import annotations

import pytest
from bootstep.boots.kernel.cpu import cpu_mitigations_off, mitigations_parse_cmdline

from tests.support.booted_pc import loaded_pc, log


@pytest.mark.parametrize(
    ("release", "built_in", "value", "is_off", "lines"),
    [
        ("6.1", "y", "", False, []),
        ("6.1", "n", "", True, []),
        ("6.1", "n", "auto", False, []),
        ("6.1", "y", "off", True, []),
        ("6.1", "y", "x", False, ["Unsupported mitigations=x, system may still be vulnerable"]),
        (
            "6.12",
            "n",
            "auto",
            True,
            ["Kernel compiled without mitigations, ignoring 'mitigations'; system may still be vulnerable"],
        ),
    ],
)
def test_the_build_says_whether_and_the_command_line_may_say_otherwise(
    release: str, built_in: str, value: str, is_off: bool, lines: list[str]
) -> None:
    k = loaded_pc(release=release, options={"CPU_MITIGATIONS": built_in})
    k.trace.start()
    if value:
        mitigations_parse_cmdline(k, value)
    assert cpu_mitigations_off(k) is is_off
    assert log(k) == lines
