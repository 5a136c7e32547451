"""The command line: what it prints where, and its exit status.

Covers boots/loader/summary.py, capture.py, compare.py, headless.py, keys.py, log.py,
report_text.py, sources.py, state.py, kinds/booted.py, kinds/options.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine, shipped_machines
from bootstep.model.logs.comparison import DEBUG
from bootstep.tui.cli.main import MODULES, main
from bootstep.tui.cli.parser import described
from command import run


def test_kind_and_boot_kind_are_one_option(capsys: pytest.CaptureFixture[str]) -> None:
    by_kind, by_boot_kind = (run(capsys, "log", "pc-8g-uefi", o, "e820") for o in ("--kind", "--boot-kind"))
    assert by_kind[0] == 0
    assert by_kind == by_boot_kind != run(capsys, "log", "pc-8g-uefi")
    assert main_help("log").count("--boot-kind") == main_help("events").count("--boot-kind") > 0


def main_help(command: str) -> str:
    parser = described(import_module(f"bootstep.tui.cli.{MODULES[command]}").run)
    assert parser is not None
    return parser.format_help()


def test_log_prints_what_dmesg_prints(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "log", "virt-512m")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert all(line.startswith("[    0.000000] ") for line in lines)
    assert "[    0.000000] Zone ranges:" in lines
    assert not any("memblock" in line for line in lines)


ADD = "memblock_add: [0x0000000040000000-0x000000005fffffff]"
REMOVE = "memblock_remove: [0x0001000000000000-0x0000fffffffffffe]"


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (("--memblock-debug",), ADD),
        (("--cmdline", "nokaslr memblock=debug"), REMOVE),
        (("--cmdline", "memblock=debug", "--memblock-debug"), ADD),
    ],
)
def test_memblock_speaks_if_the_command_line_says_so_or_from_the_first_call(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], first: str
) -> None:
    """The command line is parsed when ``early_init_dt_scan_memory`` has added memory."""
    _, out, _ = run(capsys, "log", "virt-512m", *options)
    lines = [line.partition("] ")[2] for line in out.splitlines()]
    start = next(line for line in lines if line.startswith(("memblock_add", "memblock_remove")))
    assert start.startswith(first)
    assert lines.count("MEMBLOCK configuration:") == 1


def test_the_command_line_that_counts_is_the_one_the_kernel_reads(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = (SHIPPED / "kernels" / "6.1-4k48" / "config").read_text()
    (tmp_path / "config").write_text(f'{config}\nCONFIG_CMDLINE="memblock=debug"\nCONFIG_CMDLINE_FORCE=y\n')
    kernel = ("--config", str(tmp_path / "config"))
    _, forced, _ = run(capsys, "log", "virt-512m", *kernel, "--cmdline", "nokaslr")
    assert "memblock_reserve: " in forced
    (tmp_path / "config").write_text(f'{config}\nCONFIG_CMDLINE="nokaslr"\nCONFIG_CMDLINE_FORCE=y\n')
    _, overruled, _ = run(capsys, "log", "virt-512m", *kernel, "--cmdline", "memblock=debug")
    assert "memblock_reserve: " not in overruled


def test_the_command_line_of_an_option_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    _, plain, _ = run(capsys, "log", "virt-1g")
    _, limited, _ = run(capsys, "log", "virt-1g", "--cmdline", "mem=600M")
    assert "Memory limited to 600MB" not in plain
    assert "Memory limited to 600MB" in limited


def kernel_at(capsys: pytest.CaptureFixture[str], *positions: str) -> list[dict[str, Any]]:
    options = [word for position in positions for word in ("--at", position)]
    status, out, err = run(capsys, "state", "virt-1g", "--format", "json", *options)
    assert (status, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_a_state_may_be_of_any_position(capsys: pytest.CaptureFixture[str]) -> None:
    """A function alone is its return; every other name is the position that the debugger calls so."""
    names = ("end", "mem_init_print_info", "start", "START", "log:Zone ranges:", "free_area_init:entry")
    states = kernel_at(capsys, *names, "paging_init › map_mem", "paging_init > map_mem:return")
    assert [(state["at"], state["when"]) for state in states] == [
        ("end", None),
        ("mem_init_print_info", "return"),
        ("start", None),
        ("START", None),
        ("log:Zone ranges:", None),
        ("free_area_init", "entry"),
        ("paging_init › map_mem", None),
        ("paging_init > map_mem:return", None),
    ]
    end, last, start, again, printed, entered, before, mapped = (state["page_tables"] for state in states)
    assert end == last
    assert start == again
    assert printed == entered, "the line is printed before anything is mapped"
    assert len(start["runs"]) < len(before["runs"]) < len(mapped["runs"]) < len(end["runs"])


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        ("log:no such words", "--at log:no such words: no line of this boot's log has 'no such words'"),
        ("log:", "--at 'log:' is no position: log: needs some text of a line of the log"),
        ("paging_init › map_kernel #7", "paging_init calls map_kernel only once"),
        ("pagin_init:return", "this boot never calls pagin_init; did you mean paging_init"),
        ("start +9999", "the kernel's start does only 0 things of its own"),
        ("", "is no position"),
    ],
)
def test_a_position_that_is_nowhere_is_said(
    capsys: pytest.CaptureFixture[str], position: str, sentence: str
) -> None:
    status, out, err = run(capsys, "state", "virt-1g", "--at", position)
    assert (status, out) == (2, "")
    assert sentence in err


def test_state_prints_one_object_a_line_in_the_order_asked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys,
        *("state", "virt-1g", "--format", "json"),
        *("--at", "free_area_init", "--at", "early_init_dt_scan_memory:entry", "--at", "paging_init:return"),
    )
    states = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [(state["at"], state["when"]) for state in states] == [
        ("free_area_init", "return"),
        ("early_init_dt_scan_memory", "entry"),
        ("paging_init", "return"),
    ]
    assert states[0]["nodes"][0]["spanned"] == 0x40000
    assert states[1]["memblock"]["memory"]["total_size"] == "0x0"
    assert states[2]["memblock"]["memory"]["total_size"] == "0x40000000"
    assert {"at", "when", "kernel", "memblock", "page_tables", "sections", "zones", "nodes"} <= states[
        0
    ].keys()


def test_state_speaks_to_people_too(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "state", "virt-1g", "--at", "bootmem_init")
    assert status == 0
    assert "memory: 1 of 1024 regions, 0x40000000 bytes" in out
    assert "0: [0x0000000040000000-0x000000007fffffff] 0x40000000 bytes on node 0 flags: 0x0" in out


def test_an_old_name_of_a_function_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    _, old, _ = run(capsys, "state", "virt-1g", "--at", "free_area_init_nodes", "--format", "json")
    _, new, _ = run(capsys, "state", "virt-1g", "--at", "free_area_init", "--format", "json")
    assert {**json.loads(old), "at": "free_area_init"} == json.loads(new)


def test_compare_with_its_own_log_agrees(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "log", "virt-1g")
    real = tmp_path / "dmesg.txt"
    real.write_text(out)
    status, told, _ = run(capsys, "compare", "virt-1g", str(real))
    assert status == 0
    total = told.split()[0]
    assert told == f"{total} of {total} lines about memory agree\n"


@pytest.mark.parametrize("options", [(), ("--memblock-debug",)])
def test_a_log_with_lines_of_memblock_is_compared_in_them_whatever_the_command_line_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    _, out, _ = run(capsys, "log", "virt-1g", "--memblock-debug")
    real = tmp_path / "dmesg.txt"
    real.write_text(out)
    status, told, _ = run(capsys, "compare", "virt-1g", str(real), *options)
    total = int(told.split()[0])
    assert (status, told) == (0, f"{total} of {total} lines about memory agree\n")
    assert total > 1000
    real.write_text(out.replace("memblock_reserve: [0x0000000048", "memblock_reserve: [0x0000000049"))
    assert run(capsys, "compare", "virt-1g", str(real), *options)[0] == 1


def test_a_log_without_memblocks_lines_lacks_those_that_the_command_line_asks_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("--cmdline", "memblock=debug")
    _, out, _ = run(capsys, "log", "virt-1g", *asked)
    real = tmp_path / "dmesg.txt"
    real.write_text("\n".join(line for line in out.splitlines() if not DEBUG.match(line.partition("] ")[2])))
    status, told, _ = run(capsys, "compare", "virt-1g", str(real), *asked)
    assert status == 0
    assert "has no lines of memblock (memblock=debug): " in told


def test_compare_shows_the_first_difference_from_both_sides(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, out, _ = run(capsys, "log", "virt-1g")
    real = tmp_path / "dmesg.txt"
    real.write_text(out.replace("Movable zone start for each node", "Movable zone start for no node"))
    status, told, _ = run(capsys, "compare", "virt-1g", str(real))
    assert status == 1
    assert "  real  Movable zone start for no node\n" in told
    assert "  ours  Movable zone start for each node\n" in told


def test_compare_tells_a_log_that_is_cut_off(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "log", "virt-1g")
    real = tmp_path / "dmesg.txt"
    real.write_text(out[: len(out) // 2])
    status, told, _ = run(capsys, "compare", "virt-1g", str(real))
    assert status == 0
    assert "dmesg.txt is cut off: " in told
    assert "first difference" not in told


def test_machines_lists_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "machines")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == shipped_machines()


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[1].startswith("bootstep ")
    with pytest.raises(SystemExit) as stopped:
        main(["log", "--help"])
    assert stopped.value.code == 0
    assert "--load-address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["log"], "the following arguments are required: MACHINE"),
        (["log", "nowhere.toml"], "nowhere.toml: no such file or directory"),
        (["log", "virt-1g", "--cpus", "many"], "--cpus = 'many': a number is expected"),
        (["log", "virt-1g", "--cpu-count", "2"], "unrecognized arguments: --cpu-count 2"),
        (
            ["state", "virt-1g", "--at", "paging_init:middle"],
            "then perhaps :entry, :return or +3; or it is log:TEXT, line:N, start or end",
        ),
        (
            ["state", "virt-1g", "--at", "pagin_init"],
            "this boot never calls pagin_init; did you mean paging_init",
        ),
        (["compare", "virt-1g", "/no/such/dmesg"], "/no/such/dmesg: no such file or directory"),
        (["compare", "virt-1g", "/etc/passwd"], "/etc/passwd: there is no line about memory in it"),
    ],
)
def test_bad_input_is_one_sentence_on_stderr_and_status_2(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("bootstep: ")
    assert err.count("\n") == 1
    assert sentence in err


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m bootstep.tui.cli.main log virt-1g | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_a_boot_is_the_same_through_a_bare_blob(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from bootstep.boots.loader.load import load_kernel

    blob = tmp_path / "board.dtb"
    blob.write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    bare, shipped = run(capsys, "log", str(blob)), run(capsys, "log", "virt-1g")
    assert bare[:2] == shipped[:2]
    assert "the kernel is the shipped one of 6.1 with 4K pages (6.1-4k48)" in bare[2]


def test_at_that_is_no_position_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "virt-1g", "--at", "paging_init:sideways")
    assert (status, out) == (2, "")
    assert err.startswith("bootstep: --at 'paging_init:sideways' is no position") and err.count("\n") == 1
