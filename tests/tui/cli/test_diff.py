"""``bootstep diff``: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.cli.reference.json_fields import fields
from command import run


def test_a_machine_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "diff", "virt-512m", "virt-512m") == (0, "no differences\n", "")


def test_two_machines_differ(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", "virt-512m", "virt-1g")
    assert status == 1
    assert "  all RAM: 512.0 MiB → 1.0 GiB (+512.0 MiB)" in out.splitlines()


def test_options_change_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", "virt-1g", "--add", "mem=600M")
    assert status == 1
    assert "  > Memory limited to 600MB" in out.splitlines()
    _, same, _ = run(capsys, "diff", "virt-1g", "virt-1g", "--ram", "512M")
    assert "  all RAM: 1.0 GiB → 512.0 MiB (-512.0 MiB)" in same.splitlines()


def test_they_are_compared_at_a_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "diff", "virt-1g", "--add", "mem=600M", "--at", "early_fixmap_init")[:2] == (
        0,
        "no differences\n",
    )
    status, out, _ = run(capsys, "diff", "virt-1g", "--add", "mem=600M", "--at", "arm64_memblock_init:return")
    assert status == 1
    assert "> [0x40000000-0x657fffff] 600.0 MiB" in out


# ---- the first divergence ----


@pytest.mark.slow
def test_the_first_divergence_comes_before_the_differences_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "diff", "virt-1g", "--ram", "960M")
    assert (status, err) == (1, "")
    first, _, rest = out.partition("\n\n")
    assert first.splitlines()[:4] == [
        "first divergence: early_init_dt_add_memory_arch is called with another size",
        "  < event 85: early_init_dt_add_memory_arch [0x40000000-0x7fffffff] 1.0 GiB",
        "  > event 85: early_init_dt_add_memory_arch [0x40000000-0x7bffffff] 960.0 MiB",
        "  called by start_kernel › setup_arch › setup_machine_fdt › early_init_dt_scan"
        " › early_init_dt_scan_nodes › early_init_dt_scan_memory",
    ]
    assert "  early_init_dt_add_memory_arch is defined at drivers/of/fdt.c:1218" in first.splitlines()
    assert rest.startswith("variables:\n")


def test_at_a_moment_states_are_compared_and_no_calls(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "diff", "virt-1g", "--ram", "960M", "--at", "paging_init")
    assert "first divergence" not in out


def test_what_kaslr_drew_is_no_difference_and_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files: list[str] = []
    for drawn in ("0x2340000,0x40000000", "0x1200000,0"):
        files.append(str(tmp_path / f"{len(files)}.trace"))
        words = ("virt-1g", "--cmdline", "console=ttyAMA0", "--kaslr", drawn, "-o", files[-1])
        assert run(capsys, "record", *words)[0] == 0
    status, out, _ = run(capsys, "diff", *files)
    assert status == 0
    first, second = out.splitlines()
    assert first == "no differences"
    assert second.startswith("(the kernels ran at different virtual addresses")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status, out, err = run(capsys, "diff", *words, "--format", "json")
    assert err == ""
    return status, json.loads(out)


def test_as_json_two_boots_that_do_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys, "virt-512m", "virt-512m")
    assert status == 0
    assert set(found) == fields("diff")
    assert (found["same"], found["divergence"], found["end"]) == (True, None, [])


def test_as_json_every_field_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys, "virt-1g", "--ram", "960M")
    assert (status, found["same"]) == (1, False)
    divergence = found["divergence"]
    assert set(divergence) == fields("divergence")
    assert (divergence["what"], divergence["arguments"]) == ("arguments", ["size"])
    for half in (divergence["left"], divergence["right"]):
        assert set(half) == fields("divergent-half")
        assert set(half["call"]) == fields("divergent-call")
        assert (half["call"]["file"], half["call"]["line"]) == ("drivers/of/fdt.c", 1218)
    for part in (*divergence["states"], *found["end"]):
        assert set(part) == fields("state-difference")
        assert all(set(row) == fields("state-row") for row in part["rows"])
    assert divergence["further"]
    assert all(set(each) == fields("further-call") for each in divergence["further"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("virt-1g", "--at", "pagin_init"),
            "--at pagin_init: this boot never calls pagin_init; did you mean",
        ),
        (("virt-1g", "--ram", "much"), "'much' is not a size"),
        (("virt-1g", "--set", "a=b"), "a=b: a property reads like"),
        (("virt-1g", "virt-2g"), "did you mean"),
        (
            ("virt-1g", "--ram", "2G", "--at", "end", "--format", "json"),
            "--format json tells the first divergence of whole boots: without --at",
        ),
        ((), "the following arguments are required: A"),
    ],
)
def test_bad_input_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, "diff", *words)
    assert (status, out) == (2, "")
    assert sentence in err


# ---- logs ----

LOG = """\
Booting Linux on physical CPU 0x0000000000 [0x410fd083]
Linux version 5.10.0 (us@here) (aarch64-linux-gnu-gcc) #1 SMP
Zone ranges:
  DMA      [mem 0x0000000040000000-0x00000000bfffffff]
Early memory node ranges
  node   0: [mem 0x0000000040000000-0x00000000bfffffff]
cma: Reserved 16 MiB at 0x00000000bf000000
Memory: 2000000K/2097152K available (14336K kernel code, 80768K reserved, 16384K cma-reserved)
"""
NEW = LOG.replace("16 MiB at 0x00000000bf", "216 MiB at 0x00000000b2").replace("2000000K", "1795200K")
NEW = NEW.replace("16384K", "221184K")


@pytest.fixture
def logs(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "old.txt").write_text(LOG)
    (tmp_path / "new.txt").write_text(NEW)
    return str(tmp_path / "old.txt"), str(tmp_path / "new.txt")


def test_two_logs_end_with_what_the_new_one_has_less_of(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str]
) -> None:
    status, out, err = run(capsys, "diff", *logs)
    assert (status, err) == (1, "")
    head, _, words = out.rpartition("\n\n")
    assert head.splitlines()[:2] == [
        f"< {logs[0]}: arm64 Linux 5.10.0",
        f"> {logs[1]}: arm64 Linux 5.10.0",
    ]
    assert "~ CMA: 16.0 MiB → 216.0 MiB  (line 7 → 7)" in head.splitlines()
    assert " ".join(words.split()) == (
        "The new boot has 200.0 MiB less memory available: 1753.1 MiB instead of 1953.1 MiB. "
        "CMA grew by 200.0 MiB to 216.0 MiB (line 7)."
    )
    assert max(map(len, words.splitlines())) <= 80


def test_the_same_log_in_a_mail_did_the_same(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mail.txt").write_text("Hello,\n\n" + "".join(f"> {line}\n" for line in LOG.splitlines()))
    status, out, _ = run(capsys, "diff", logs[0], str(tmp_path / "mail.txt"))
    assert status == 0
    assert "Both boots did the same with memory, as far as their logs tell." in out


def test_a_log_and_a_machine_are_compared_by_what_their_lines_tell(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str]
) -> None:
    status, out, _ = run(capsys, "diff", logs[0], "virt-1g")
    assert status == 1
    assert out.splitlines()[1].startswith("> virt-1g: arm64 Linux 6.1")
    assert f"{logs[0]} does not tell of this, so it is not compared: memblock.reserved" in out


def test_at_a_moment_two_logs_are_compared_as_other_boots_are(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str]
) -> None:
    status, out, _ = run(capsys, "diff", *logs, "--at", "log:Zone ranges")
    assert "The new boot" not in out
    assert status == (1 if out != "no differences\n" else 0)


def test_two_boots_of_one_file_are_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "both.txt").write_text(LOG + NEW)
    status, out, _ = run(capsys, "diff", str(tmp_path / "both.txt"), "--boot", "1")
    assert status == 1
    assert "The new boot has 200.0 MiB more memory available" in out


def test_of_a_log_there_is_no_json(capsys: pytest.CaptureFixture[str], logs: tuple[str, str]) -> None:
    status, out, err = run(capsys, "diff", *logs, "--format", "json")
    assert (status, out) == (2, "")
    assert "--format json needs two boots whose calls are known: a log tells none" in err


def test_one_log_alone_is_compared_with_nothing(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str]
) -> None:
    status, out, err = run(capsys, "diff", logs[0])
    assert (status, out) == (2, "")
    assert "is one log: name the other, or the --boot of several in it" in err


def test_a_log_that_is_not_there_is_bad_input(
    capsys: pytest.CaptureFixture[str], logs: tuple[str, str]
) -> None:
    status, out, err = run(capsys, "diff", logs[0], "/nowhere/new.txt")
    assert (status, out) == (2, "")
    assert "/nowhere/new.txt: no such file or directory" in err
