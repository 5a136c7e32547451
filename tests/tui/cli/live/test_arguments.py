"""What the words of ``bootstep live`` name."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.live.options import LiveOptions, Stub, Walked, Watched
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import Release
from bootstep.tui.cli.live.arguments import LONGEST, read


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    file = tmp_path / "vmlinux"
    file.write_bytes(b"\x7fELF")
    return str(file)


def test_everything_that_can_be_said(kernel: str) -> None:
    wanted = read(
        (
            *("--vmlinux", kernel, "--config", kernel, "--system-map", kernel, "--release", "6.12.3"),
            *(
                "--gdb",
                "board.lab:3333",
                "--entry",
                "0x40200000",
                "--hardware-only",
                "--until",
                "paging_init",
            ),
            *("--functions", "memblock_add,setup_arch +cma_init, ^setup_arch", "--time-limit", "2.5"),
            *("--event-limit", "1000", "--no-tui", "--page-tables", "map_mem, early_pgtable_alloc"),
        )
    )
    assert wanted.options == LiveOptions(
        stub=Stub(host="board.lab", port=3333),
        kernel=kernel,
        system_map=kernel,
        config=kernel,
        release=Release(6, 12, 3),
        entry=0x40200000,
        functions=Watched(("memblock_add", "setup_arch"), ("cma_init",), ("setup_arch",)),
        page_tables=Walked(("map_mem", "early_pgtable_alloc")),
        hardware_only=True,
        time_limit=2.5,
        event_limit=1000,
        until="paging_init",
        command=(),
        name="vmlinux",
    )
    assert (wanted.command, wanted.app, wanted.is_json) == (None, False, False)


@pytest.mark.parametrize(
    ("text", "stub"),
    [
        (":3333", Stub(port=3333)),
        ("1234", Stub(port=1234)),
        ("[::1]:99", Stub(host="::1", port=99)),
        ("unix:/run/gdb", Stub("/run/gdb")),
    ],
)
def test_a_stub_is_of_this_machine_unless_said(kernel: str, text: str, stub: Stub) -> None:
    assert read(("--vmlinux", kernel, "--gdb", text)).options.stub == stub


def test_the_kernel_of_qemu_is_taken_if_no_other_is_named(kernel: str) -> None:
    wanted = read(("--", "qemu", "-kernel", kernel, "-append", "--gdb", "-s"))
    assert wanted.options.kernel == kernel and wanted.options.name == "vmlinux"
    assert wanted.command is not None and wanted.options.command == wanted.command.words
    assert wanted.app
    assert read(("--system-map", kernel, "--", "qemu")).options.kernel == ""


@pytest.mark.parametrize("option", ["--save", "--save-machine", "--against", "--format"])
def test_what_becomes_of_it_needs_no_screen(kernel: str, option: str) -> None:
    wanted = read((option, "json", "--", "qemu", "-kernel", kernel))
    assert not wanted.app
    assert wanted.is_json == (option == "--format")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "expected a command that starts QEMU after --, or --gdb HOST:PORT"),
        ("--gdb :1 -- qemu", "--gdb :1: expected either a stub or a QEMU after --, not both"),
        ("--gdb :1 --vmlinux FILE --", "expected the command that starts QEMU after --"),
        ("-- qemu", "expected --vmlinux FILE, or --system-map FILE"),
        ("--vmlinux /nowhere -- qemu", "--vmlinux /nowhere: there is no such file"),
        ("--config /nowhere --vmlinux FILE -- qemu", "--config /nowhere: there is no such file"),
        ("-- qemu -kernel /nowhere", "-kernel /nowhere: there is no such file"),
        ("--vmlinux FILE --gdb host", "'host' is no address of a stub"),
        ("--vmlinux FILE --gdb :99999", "':99999' is no address of a stub"),
        ("--vmlinux FILE --gdb unix:", "'unix:' is no address of a stub"),
        ("--release six --vmlinux FILE -- qemu", "--release six: expected a release such as 6.1.50"),
        ("--entry 0x1g --vmlinux FILE -- qemu", "--entry 0x1g: expected a physical address"),
        ("--entry 99999999999999999999 --vmlinux FILE -- qemu", "expected a physical address"),
        ("--entry -1 --vmlinux FILE -- qemu", "--entry -1: expected a physical address"),
        ("--functions a,b;c --vmlinux FILE -- qemu", "--functions b;c: expected the name of a function"),
        ("--functions , --vmlinux FILE -- qemu", "--functions : expected the name of a function"),
        ("--page-tables a,, --vmlinux FILE -- qemu", "--page-tables : expected the name of a function"),
        ("--until 9 --vmlinux FILE -- qemu", "--until 9: expected the name of a function"),
        ("--time-limit 0 --vmlinux FILE -- qemu", "--time-limit 0: expected seconds, more than 0"),
        ("--time-limit inf --vmlinux FILE -- qemu", "--time-limit inf: expected seconds"),
        ("--event-limit 0 --vmlinux FILE -- qemu", "--event-limit 0: expected a number from 1 to"),
        ("--nonsense -- qemu", "unrecognized arguments: --nonsense"),
        ("qemu -kernel FILE", "unrecognized arguments: qemu -kernel"),
        ("--vmlinux FILE -- qemu -daemonize", "-daemonize lets QEMU go its own way"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(kernel: str, words: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read([kernel if word == "FILE" else word for word in words.split()])
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_of_a_file_may_be_anything(kernel: str) -> None:
    for name in ("a\0b", "x" * 5000, "\x1b[2J"):
        with pytest.raises(InputError, match="there is no such file"):
            read(("--vmlinux", name, "--", "qemu"))
    with pytest.raises(InputError, match="at most"):
        read(("--time-limit", str(LONGEST + 1), "--vmlinux", kernel, "--", "qemu"))
    with pytest.raises(InputError, match="more than 4096 names"):
        read(("--functions", "a," * 5000, "--vmlinux", kernel, "--", "qemu"))


def test_page_tables_at_every_stop(kernel: str) -> None:
    wanted = read(("--page-tables", "all", "--vmlinux", kernel, "--gdb", ":1"))
    assert wanted.options.page_tables == Walked(always=True)
