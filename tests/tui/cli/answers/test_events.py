"""``bootstep events``: chosen by kind, function and position, one line or object each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.cli.main import main
from bootstep.tui.cli.reference.json_fields import fields


def events(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(("events", *words, "--format", "json")) == 0
    lines = capsys.readouterr().out.splitlines()
    found = [json.loads(line) for line in lines]
    assert lines == [json.dumps(each, sort_keys=True) for each in found]
    return found


COMMON = fields("event")


def test_every_event_is_told_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = events(capsys, "virt-512m")
    assert [each["event"] for each in found] == list(range(len(found)))
    for each in found:
        assert set(each) >= COMMON
    of_kind = {
        kind: next(each for each in found if each["kind"] == kind) for kind in ("call", "return", "log")
    }
    for kind, each in of_kind.items():
        assert set(each) - COMMON == fields(kind)


def test_memblock_changes_in_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    found = events(capsys, "virt-1g", "--kind", "memblock", "--caller", "paging_init")
    assert found
    for each in found:
        assert set(each) - COMMON == fields("memblock")
        for operation in each["operations"]:
            assert set(operation) == fields("operation")
            assert int(operation["end"], 16) - int(operation["start"], 16) == operation["size"]
    sizes = [operation["size"] for each in found for operation in each["operations"]]
    whole = events(
        capsys, "virt-1g", "--kind", "memblock", "--from", "paging_init:entry", "--to", "paging_init"
    )
    assert found == whole
    assert sum(sizes) % 4096 == 0


def test_of_a_function_called_inside_itself_each_event_is_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [each["event"] for each in events(capsys, "virt-512m", "--caller", "memblock_add_range")]
    assert found == sorted(set(found))


def test_arguments_have_addresses_as_strings_and_sizes_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    calls = events(capsys, "virt-1g", "--kind", "call", "--to", "paging_init:entry")
    arguments = [each["arguments"] for each in calls if each["function"] == "memblock_reserve"]
    assert arguments
    for each in arguments:
        assert re.fullmatch("0x[0-9a-f]+", each["base"])
        assert type(each["size"]) is int


def test_kinds_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    both = events(capsys, "pc-8g", "--kind", "e820", "--kind", "log")
    one, other = events(capsys, "pc-8g", "--kind", "e820"), events(capsys, "pc-8g", "--kind", "log")
    assert one and other
    assert both == sorted((*one, *other), key=lambda each: each["event"])


def test_the_machines_kind_has_a_spelling_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """pc-8g-uefi starts from UEFI, unless somebody wants it to start from its e820 map."""
    at_start = ("--kind", "log", "--to", "setup_arch:return")
    by_bios = events(capsys, "pc-8g-uefi", "--boot-kind", "e820", *at_start)
    assert not any(line["text"].startswith("efi: ") for line in by_bios)
    assert any(line["text"].startswith("efi: ") for line in events(capsys, "pc-8g-uefi", *at_start))


def test_text_is_one_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("events", "virt-1g", "--kind", "memblock", "--caller", "paging_init")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(events(capsys, "virt-1g", "--kind", "memblock", "--caller", "paging_init"))
    assert all(re.match(r" *\d+  memblock +\S.* \(paging_init", line) for line in lines)


def test_of_a_log_each_event_says_where_it_is_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "dmesg.txt"
    path.write_text(
        "Linux version 6.1.0 (a@b) (aarch64-linux-gnu-gcc) #1 SMP\n"
        "memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x1c/0x2a\n"
    )
    (change,) = events(capsys, str(path), "--kind", "memblock")
    assert change["known_from"] == "line 2 of the log"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--caller", "pagin_init"),
            "--caller pagin_init: this boot never calls it; did you mean paging_init",
        ),
        (("--from", "end", "--to", "start"), "--to start comes before --from end"),
        (("--from", "a b"), "--from 'a b' is no position"),
        (("--to", "log:nothing like it"), "--to log:nothing like it: no line of this boot's log has"),
        (("--kind", "memory"), "argument --kind: invalid choice: 'memory'"),
    ],
)
def test_bad_choices_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert main(("events", "virt-512m", *words)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words", ["log virt-1g --memblock-debug", "events virt-1g --format json", "events virt-1g"]
)
def test_it_ends_quietly_when_nobody_reads_on(words: str) -> None:
    """``bootstep log … | head``: there is more than a pipe holds, and the reader takes one line."""
    command = [sys.executable, "-m", "bootstep.tui.cli.main", *words.split()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
