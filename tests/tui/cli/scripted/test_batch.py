"""Commands without a screen: where they come from, what is printed, and the exit status.

Covers options.py, model/debugger/inspect/commands_json.py, model/debugger/commands/info_json.py.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.cli.reference.json_fields import fields
from command import run


def test_commands_are_done_in_their_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    script = tmp_path / "x.gdb"
    script.write_text("echo second\\n\n")
    words = ("-ex", "echo first\\n", "-x", str(script), "-ex", "until paging_init", "-ex", "bt 1")
    status, out, _ = run(capsys, "virt-1g", "--batch", *words)
    first, second, stopped, frame = out.splitlines()
    assert (status, first, second) == (0, "first", "second")
    assert stopped.startswith("paging_init(), at arch/arm64/mm/mmu.c:")
    assert frame.startswith("#0   paging_init ()")


def test_a_check_that_fails_is_status_1_and_what_follows_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "virt-1g", "-ex", "assert max_pfn == 9", "-ex", "echo on\\n")
    assert status == 1
    assert out.splitlines() == ["assertion failed: max_pfn == 9 (max_pfn = 0)", "on"]
    assert "assertion" not in err


def test_a_stop_that_does_not_come_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("-ex", "break panic", "-ex", "continue", "-ex", "expect stop breakpoint")
    status, out, _ = run(capsys, "virt-1g", *words[2:])
    assert status == 1
    assert "expected stop breakpoint, stopped: end: " in out


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("step\nnonsense\nstep\n", 2, 'no command "nonsense"; "help" lists them'),
        ("if 1\nstep\n", 1, "if has no end"),
        ("if 1\nprint nonsense\nend\n", 2, "unknown name 'nonsense'"),
    ],
)
def test_an_error_is_status_2_with_file_and_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, place: int, sentence: str
) -> None:
    script = tmp_path / "x.gdb"
    script.write_text(text)
    status, _, err = run(capsys, "virt-1g", "-x", str(script))
    assert status == 2
    assert err.splitlines()[-1].startswith(f"bootstep: {script}:{place}: {sentence}")


def test_what_an_error_follows_is_printed_before(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(
        capsys, "virt-1g", "-ex", "echo before\\n", "-ex", "nonsense", "-ex", "echo after\\n"
    )
    assert (status, out) == (2, "before\n")
    assert err.splitlines()[-1] == 'bootstep: -ex \'nonsense\': no command "nonsense"; "help" lists them'


def test_quit_ends_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "virt-1g", "-ex", "quit", "-ex", "echo after\\n")[:2] == (0, "")


def test_every_command_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "-ex",
        "break memblock_reserve",
        "-ex",
        "continue",
        "-ex",
        "assert 1 == 2",
        "-ex",
        "print max_pfn",
    )
    status, out, _ = run(capsys, "virt-1g", "--format", "json", *words)
    broken, stopped, failed, printed = map(json.loads, out.splitlines())
    assert status == 1
    assert broken["command"] == "break memblock_reserve" and "stop" not in broken
    assert stopped["stop"]["reason"] == "breakpoint" and stopped["stop"]["function"] == "memblock_reserve"
    assert stopped["position"] == printed["position"] > 0
    assert failed["failed"] is True and "failed" not in printed


def answers(capsys: pytest.CaptureFixture[str], *lines: str) -> list[dict[str, Any]]:
    """What each line answers, as JSON."""
    _, out, _ = run(
        capsys, "virt-1g", "--format", "json", *(word for line in lines for word in ("-ex", line))
    )
    told = [json.loads(line) for line in out.splitlines()]
    assert [each["command"] for each in told] == list(lines)
    return told


def test_answers_have_the_documented_fields(capsys: pytest.CaptureFixture[str]) -> None:
    moved, value, who, broken, stack, up, arguments, points, shown, stepped, regions, variables = answers(
        capsys,
        *("until paging_init", "p memblock.memory", "who 0x48000000", "tb memblock_reserve if size > 1M"),
        *("bt", "up", "info args", "info breakpoints", "display max_pfn", "s", "info memblock"),
        "info variables ^max_pfn",
    )
    assert set(moved["stop"]) == fields("stop")
    assert (moved["stop"]["file"], moved["stop"]["line"]) == ("arch/arm64/mm/mmu.c", 855)
    assert "answer" not in moved
    kind = {"kind"}
    assert set(value["answer"]) == fields("value") | {"number"} | kind
    assert value["answer"]["value"]["regions"]["symbol"] == "memblock_memory_init_regions"
    assert set(who["answer"]) == fields("who") | {"command"} | kind
    for told in (broken, points):
        (point,) = told["answer"]["breakpoints"]
        assert set(point) == fields("breakpoint")
        assert (point["where"], point["condition"], point["temporary"]) == (
            "memblock_reserve",
            "size > 1M",
            True,
        )
    frames = stack["answer"]["frames"]
    assert all(set(frame) == fields("frame") for frame in frames)
    assert [frame["function"] for frame in frames] == ["paging_init", "setup_arch", "start_kernel"]
    assert up["answer"]["frames"] == arguments["answer"]["frames"] == frames[1:2]
    (display,) = shown["answer"]["displays"]
    assert set(display) == fields("display") - {"error"}
    assert [each["expression"] for each in stepped["displays"]] == ["max_pfn"]
    assert set(regions["answer"]) == fields("regions") | {"position"} | kind
    assert type(variables["answer"]["variables"]["max_pfn"]) is int


def test_it_begins_where_at_says(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "virt-1g", "--at", "paging_init", "-ex", "bt 1")
    assert status == 0 and out.startswith("#0   paging_init ()")
    status, _, err = run(capsys, "virt-1g", "--at", "nowhere_at_all", "-ex", "bt 1")
    assert status == 2 and "--at nowhere_at_all" in err


def test_commands_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("until paging_init\n\nif 1\necho in\\n\nend\nnonsense\n"))
    status, out, err = run(capsys, "virt-1g")
    assert status == 2
    assert out.startswith("paging_init(), at ") and out.endswith("\nin\n")
    assert "standard input, line 6: no command" in err


def test_without_commands_and_a_terminal_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    status, out, err = run(capsys, "virt-1g")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("bootstep: the debugger has no terminal at its standard ")


@pytest.mark.parametrize("name", ["none.gdb", "folder"])
def test_a_script_that_cannot_be_read_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    status, _, err = run(capsys, "virt-1g", "-x", str(tmp_path / name))
    assert status == 2
    assert str(tmp_path / name) in err.splitlines()[-1]


def test_textual_is_not_imported() -> None:
    program = (
        "import sys; from bootstep.tui.cli.main import main\n"
        "status = main(['virt-1g', '--batch', '-ex', 'until paging_init', '-ex', 'info memblock'])\n"
        "assert status == 0\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] in ('textual', 'rich')]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "memory" in done.stdout
