"""``bootstep image``: what it prints of a vmlinux, of a machine, and of other files."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from command import run

TYPES = Path(__file__).parents[2] / "data" / "types"
VMLINUX = SHIPPED / "kernels" / "6.1-4k48" / "vmlinux.sym"
SYMBOLS = """ffff800008000000 T _text
ffff800008010000 T _stext
ffff800008c00000 D swapper_pg_dir
ffff800008e00000 B _end
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_vmlinux_is_printed_section_by_section_with_its_holes(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "image", str(VMLINUX))
    lines = out.splitlines()
    assert status == 0
    assert lines[0].split() == ["name", "flags", "start", "addr", "end", "addr", "size"]
    assert lines[1].split() == [
        *(".head.text", "AX", "FFFF_8000_0800_0000", "FFFF_8000_0800_FFFF", "0x10000(65536)")
    ]
    assert "hole FFFF_8000_082C_3828 FFFF_8000_082C_FFFF 0xC7D8(51160)" in [
        " ".join(line.split()) for line in lines
    ]
    assert lines[-1] == "sizes of structures: not told by this file, neither by DWARF nor by BTF"


@pytest.mark.parametrize(("file", "source"), [("dwarf.elf", "DWARF"), ("btf.elf", "BTF")])
def test_where_the_sizes_come_from_is_said(
    capsys: pytest.CaptureFixture[str], file: str, source: str
) -> None:
    _, out, _ = run(capsys, "image", str(TYPES / file))
    assert out.splitlines()[-1] == f"sizes of structures: {source} in {TYPES / file}"


def test_a_machines_kernel_is_printed_too(capsys: pytest.CaptureFixture[str]) -> None:
    _, of_machine, _ = run(capsys, "image", "virt-1g")
    _, of_file, _ = run(capsys, "image", str(VMLINUX))
    assert of_machine.splitlines()[:-1] == of_file.splitlines()[:-1]
    assert run(capsys, "image")[1] == of_machine


def test_of_symbols_alone_the_parts_are_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    symbols = tmp_path / "kallsyms"
    symbols.write_text(SYMBOLS)
    config = str(read_machine("virt-1g").config)
    _, out, _ = run(capsys, "image", "virt-1g", "--kallsyms", str(symbols), "--config", config)
    lines = out.splitlines()
    assert lines[0] == f"{symbols} tells no sections, these are the parts between its symbols"
    assert lines[1] == "FFFF800008000000  FFFF80000800FFFF     0x10000  kernel image head"
    assert lines[-1] == "sizes of structures: what is shipped for 6.1-4k48"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (gzip.compress(b"kernel", mtime=0), "its gzip stream holds no kernel"),
        (b"MZ" + bytes(54) + b"ARM\x64" + bytes(64), "this is an arm64 Image, but it is no kernel"),
        (b"\x7fELF" + bytes(100), "this ELF file is damaged or cut off"),
    ],
    ids=["gzip", "Image", "ELF"],
)
def test_what_has_no_symbols_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "vmlinuz"
    path.write_bytes(content)
    status, out, err = run(capsys, "image", str(path))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert sentence in err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--kallsyms", "/no/such"], "--kallsyms: give --config too"),
        (["--kallsyms", "/no/such", "--config", "CONFIG"], "/no/such: no such file or directory"),
        (["--kallsyms", "/etc/passwd", "--config", "CONFIG"], "/etc/passwd: line 1 is no line of kallsyms"),
    ],
)
def test_symbols_that_cannot_be_used_are_one_sentence(
    capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    config = str(read_machine("virt-1g").config)
    words = [config if word == "CONFIG" else word for word in options]
    status, out, err = run(capsys, "log", "virt-1g", *words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert sentence in err


def test_functions_alone_want_iomem_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    symbols = tmp_path / "kallsyms"
    symbols.write_text("ffff800008010000 T _stext\n")
    config = str(read_machine("virt-1g").config)
    status, _, err = run(capsys, "log", "virt-1g", "--kallsyms", str(symbols), "--config", config)
    assert status == 2
    assert "only functions have symbols here (no CONFIG_KALLSYMS_ALL); expected iomem too" in err


def test_without_a_machine_it_is_the_default_of_its_architecture(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "image", "--arch", "x86_64") == run(capsys, "image", "pc-2g")
    assert run(capsys, "image", "--arch", "arm64") == run(capsys, "image", "virt-1g")


@pytest.mark.parametrize("wish", [("--memory", "2G"), ("--numa", "2"), ("--whatif", "add mem=600M")])
def test_it_takes_what_ifs_that_leave_the_image_as_it_is(
    capsys: pytest.CaptureFixture[str], wish: tuple[str, str]
) -> None:
    assert run(capsys, "image", "virt-1g", *wish) == run(capsys, "image", "virt-1g")


def test_a_wish_for_another_kernel_shows_that(capsys: pytest.CaptureFixture[str]) -> None:
    other = run(capsys, "image", "virt-1g", "--whatif", "release 6.12")
    assert other[0] == 0
    assert "6.12-4k48" in other[1]
    assert other[1] != run(capsys, "image", "virt-1g")[1]
    assert run(capsys, "image", "virt-1g", "--whatif", "machine pc-2g") == run(capsys, "image", "pc-2g")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("server-8g", "--memory", "2G"), "UEFI's memory map says how much RAM there is"),
        (("virt-1g", "--numa", "129"), "numa 129: expected how many nodes"),
        ((str(VMLINUX), "--memory", "2G"), "is a kernel, no machine: --memory cannot change it"),
        ((str(VMLINUX), "--config", "x"), "is a kernel, no machine: --config cannot change it"),
        (
            ("pc-2g", "--cpu", "cortex-a57"),
            "cpu cortex-a57: this is a CPU of arm64, the machine is one of x86",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_here_too(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, "image", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


def test_neither_command_imports_textual() -> None:
    code = (
        "import sys; from bootstep.tui.cli.main import main; main(['image']);"
        "main(['capture', '/proc/nowhere', '--root', '/proc/nowhere']); print('textual' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
