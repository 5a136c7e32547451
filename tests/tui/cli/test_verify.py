"""``bootstep verify``: a log's own dumps, held against its lines done again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import run

LOG = """\
[    0.000000] Linux version 5.10.0 (user@host) (aarch64-linux-gnu-gcc) #1 SMP
[    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x1c/0x2a
[    0.000000] memblock_reserve: [0x0000000048000000-0x00000000480fffff] setup_arch+0xb0/0x5d0
[    0.000000] MEMBLOCK configuration:
[    0.000000]  memory size = 0x0000000040000000 reserved size = 0x0000000000100000
[    0.000000]  memory.cnt  = 0x1
[    0.000000]  memory[0x0]\t[0x0000000040000000-0x000000007fffffff], 0x0000000040000000 bytes flags: 0x0
[    0.000000]  reserved.cnt  = 0x1
[    0.000000]  reserved[0x0]\t[0x0000000048000000-0x00000000480fffff], 0x0000000000100000 bytes flags: 0x0
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Memory: 990000K/1048576K available
"""
OTHER = LOG.replace("reserved[0x0]\t[0x0000000048", "reserved[0x0]\t[0x0000000058").replace(
    "-0x00000000480fffff], 0x", "-0x00000000580fffff], 0x"
)
"""The dump has something else than what was reserved."""


def written(folder: Path, text: str) -> str:
    path = folder / "dmesg.txt"
    path.write_text(text)
    return str(path)


def test_a_dump_that_the_lines_lead_to_agrees(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "verify", written(tmp_path, LOG))
    assert status == 0
    assert "the dump in line 4 agrees" in out


def test_a_dump_that_is_not_reproduced_is_status_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "verify", written(tmp_path, OTHER))
    assert status == 1
    assert "the dump in line 4 is not reproduced: " in out
    assert "[0x48000000-0x480fffff] is not reserved any more" in out


def test_json_has_each_dump_and_what_was_inferred(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for text, agrees in ((LOG, True), (OTHER, False)):
        status, out, _ = run(capsys, "verify", written(tmp_path, text), "--format", "json")
        found = json.loads(out)
        assert (status, [dump["agrees"] for dump in found["dumps"]]) == (int(not agrees), [agrees])
        assert found["dumps"][0]["line"] == 4
        assert found["release"] == "5.10.0"
        assert len(found["inferred"]) >= len(found["dumps"][0]["inferred"])
    assert found["dumps"][0]["inferred"]


def test_lines_that_look_like_memory_and_are_not_understood_are_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    odd = LOG.replace("Zone ranges:\n", "Zone ranges:\n[    0.000000] memblock_frobnicate: 0x1000 oddly\n")
    _, out, _ = run(capsys, "verify", written(tmp_path, odd))
    assert "1 line about early memory not understood:\n  line 11: memblock_frobnicate: 0x1000 oddly" in out
    found = json.loads(run(capsys, "verify", written(tmp_path, odd), "--format", "json")[1])
    assert found["not_understood"] == [{"line": 11, "text": "memblock_frobnicate: 0x1000 oddly"}]


def test_a_log_without_a_dump_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    head, _, rest = LOG.partition("[    0.000000] MEMBLOCK")
    plain = head + "[    0.000000] Zone" + rest.partition("Zone")[2]
    status, out, err = run(capsys, "verify", written(tmp_path, plain), "--format", "json")
    assert (status, json.loads(out)["dumps"]) == (0, [])
    assert "there is no dump of memblock in it" in err


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"\x7fELF" + bytes(range(256)), b"\xff\xfe"])
def test_rubbish_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    status, out, err = run(capsys, "verify", str(tmp_path / "x"))
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_directory_or_nothing_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for word in (str(tmp_path), str(tmp_path / "nothing")):
        status, out, err = run(capsys, "verify", word)
        assert (status, out, err.count("\n")) == (2, "", 1)
