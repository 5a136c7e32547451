"""A kernel with one deliberate change, recorded while it ran, beside the same without it: the call is named.

Both are Debian's 6.1, small, which ran on QEMU's virt board; in the one, ``arm64_memblock_init`` reserves
64 KiB more.  ``tests/real_boots/live/changed_kernel.sh`` builds and records such a pair.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import run

LIVE = Path(__file__).parents[2] / "data" / "live"
BASE, CHANGED = str(LIVE / "base.trace"), str(LIVE / "changed.trace")
ADDRESS = "0x7f800000"
LOG = "memblock_reserve: [0x000000007f800000-0x000000007f80ffff] arm64_memblock_init+0x1f4/0x260"


def test_the_call_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "diff", BASE, CHANGED)
    assert (status, err) == (1, "")
    first = out.partition("\n\n")[0].splitlines()
    assert first[0] == "first divergence: only the second boot calls memblock_reserve"
    assert first[1].startswith("  < (not called: ")
    assert "memblock_reserve [0x7f800000-0x7f80ffff] 64.0 KiB, which returned 0" in first[2]
    assert "  called by start_kernel › setup_arch › arm64_memblock_init" in first
    assert "  memblock_reserve is at mm/memblock.c:854" in first
    assert "  arm64_memblock_init is at arch/arm64/mm/init.c:266" in first
    assert f"  log > {LOG}" in first


def test_programs_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", BASE, CHANGED, "--format", "json")
    found = json.loads(out)["divergence"]
    call = found["right"]["call"]
    assert (status, found["what"], found["left"]["call"]) == (1, "only_right", None)
    assert (call["function"], call["arguments"]) == (
        "memblock_reserve",
        {"base": ADDRESS, "size": "64.0 KiB"},
    )
    assert call["callers"] == ["arm64_memblock_init", "setup_arch", "start_kernel"]
    assert (call["file"], call["line"]) == ("mm/memblock.c", 854)
    assert call["log"] == LOG


def test_the_other_way_round_it_is_the_first_boots_call(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", CHANGED, BASE)
    assert status == 1
    assert out.startswith("first divergence: only the first boot calls memblock_reserve\n")


@pytest.mark.parametrize("name", [BASE, CHANGED], ids=["base", "changed"])
def test_a_recording_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(capsys, "diff", name, name) == (0, "no differences\n", "")
