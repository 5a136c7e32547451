"""Boards as people have them: known by their content, and used as what they are.

Covers source_text.py, device_tree_directory.py, preprocess.py, model/logs/content.py,
model/firmware/devicetree/tree_text.py.
"""

import gzip
import lzma
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.loader.board import preprocess as preprocessor
from bootstep.boots.loader.board.board import read_board
from bootstep.boots.loader.load import device_tree, load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if_syntax import WhatIf
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.tree import DeviceTree
from bootstep.tui.cli.main import main

FILES = Path(__file__).parents[3] / "data" / "real_boards" / "files"
MACRO = FILES / "fdt"
"""What dtc makes of inc2.dts."""
needs_cpp = pytest.mark.skipif(not shutil.which("cpp"), reason="there is no C preprocessor")

Content = list[tuple[str, dict[str, bytes]]]


def content(tree: DeviceTree) -> Content:
    return [(node.path, node.properties) for node in tree.nodes()]


def board(path: Path) -> DeviceTree:
    """The board that a machine of this path has."""
    return device_tree(read_machine(str(path)))


def as_text(path: Path, change: Callable[[str], str], tmp_path: Path) -> Path:
    changed = tmp_path / path.name
    changed.write_bytes(change(path.read_text()).encode())
    return changed


@pytest.mark.parametrize("name", ["fdt", "inc2.P.dts", "inc2.pp.dts"])
def test_a_board_is_a_machine_whatever_its_name(name: str) -> None:
    tree = board(FILES / name)
    assert sorted(path for path, _ in content(tree)) == [
        "/",
        "/memory@40000000",
        "/reserved-memory",
        "/reserved-memory/a@50000000",
    ]
    assert load_kernel(read_machine(str(FILES / name))).fdt.find("/memory@40000000")


@needs_cpp
@pytest.mark.parametrize("name", ["inc2.dts", "inc2.pp.dts", "inc2.P.dts"])
def test_sources_before_and_after_the_preprocessor_are_one_board(name: str) -> None:
    assert read_board(FILES / name).raw == MACRO.read_bytes()


def test_files_are_included() -> None:
    tree = board(FILES / "inc3.dts")
    assert tree.root.string("compatible") == "a"
    assert tree.root.string("model") == "inc"


def test_a_file_is_included_from_beside_the_one_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "board.dts").write_text('/dts-v1/;\n/include/ "parts/a.dtsi"\n/ { model = "x"; };\n')
    (tmp_path / "parts" / "a.dtsi").write_text('/include/ "b.dtsi"\n/include/ "../c.dtsi"\n')
    (tmp_path / "parts" / "b.dtsi").write_text("/ { b { }; };\n")
    (tmp_path / "c.dtsi").write_text("/ { c { }; };\n")
    assert [path for path, _ in content(read_board(tmp_path / "board.dts"))] == ["/", "/b", "/c"]


def test_a_file_may_be_packed_or_longer_than_its_blob(tmp_path: Path) -> None:
    raw = MACRO.read_bytes()
    for name, packed in (("a", gzip.compress(raw)), ("b", lzma.compress(raw)), ("c", raw + bytes(5000))):
        (tmp_path / name).write_bytes(packed)
        assert board(tmp_path / name).raw == raw


def test_editors_leave_marks_and_line_ends(tmp_path: Path) -> None:
    text = (FILES / "board.dts").read_text()
    plain = read_board(FILES / "board.dts").raw
    changed = tmp_path / "board.dts"
    for content_ in (
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        text.replace("\n", "\r").encode(),
        b"\xff\xfe" + text.encode("utf-16-le"),
    ):
        changed.write_bytes(content_)
        assert board(changed).raw == plain


# ---- what tools print ----


def test_fdtdump_prints_a_board_and_its_size() -> None:
    tree = board(FILES / "fdtdump.txt")
    assert tree.totalsize == 0x1000
    assert tree.memreserve == ((0x40000000, 0x1000),)
    assert tree.root.string("model") == "fdtdump board"


WARNINGS = """<stdout>: Warning (unit_address_vs_reg): /soc: node has a reg, but no unit name
board.dts:12.10-14.4: Warning (simple_bus_reg): /soc/x: missing or empty reg/ranges property
  also defined at board.dts:20.3-22.5
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: WARNINGS + text,
        lambda text: "$ dtc -I dtb -O dts board.dtb\n" + WARNINGS + text,
        lambda text: "user@host:~/b$ cat board.dts\n" + text,
        lambda text: (
            "=> fdt addr 0x48000000\nWorking FDT set to 48000000\n=> fdt print /\n"
            + text.replace("/dts-v1/;\n", "")
            + "=> \n"
        ),
    ],
)
def test_words_around_a_source_are_left_out(change: Callable[[str], str], tmp_path: Path) -> None:
    changed = as_text(FILES / "board.dts", change, tmp_path)
    assert content(board(changed)) == content(read_board(FILES / "board.dts"))


def test_a_blob_inside_of_something_is_told(tmp_path: Path) -> None:
    (tmp_path / "image.bin").write_bytes(bytes(range(1, 65)) + MACRO.read_bytes())
    assert "one begins 64 bytes into it; cut it out: tail -c +65 " in failure(tmp_path / "image.bin")


# ---- errors name the original place ----


def failure(path: Path) -> str:
    with pytest.raises(InputError) as error:
        board(path)
    return str(error.value)


def test_an_error_after_the_preprocessor_names_the_original_line(tmp_path: Path) -> None:
    changed = as_text(FILES / "inc2.pp.dts", lambda text: text.replace("no-map;", "no-map"), tmp_path)
    assert failure(changed).startswith(f"{changed}: foo.dtsi: line 2: expected ';'")
    changed = as_text(
        FILES / "inc2.pp.dts", lambda text: text.replace('model="macro"', "model=macro"), tmp_path
    )
    assert failure(changed).startswith(f"{changed}: inc2.dts: line 4: ")


@needs_cpp
def test_an_error_in_what_is_preprocessed_here_does_too(tmp_path: Path) -> None:
    (tmp_path / "foo.dtsi").write_text("#define ONE 1\n\n/ { a = <ONE };\n")
    (tmp_path / "b.dts").write_text('/dts-v1/;\n#include "foo.dtsi"\n')
    assert failure(tmp_path / "b.dts") == (
        f"{tmp_path}/b.dts: {tmp_path}/foo.dtsi: line 3: expected a number"
    )


@needs_cpp
def test_headers_that_are_not_there_are_told_with_the_command_to_run() -> None:
    told = failure(FILES / "inc.dts")
    assert "line 2: dt-bindings/interrupt-controller/arm-gic.h is not there" in told
    assert "run: cpp -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I " in told
    assert told.endswith("inc.dts > inc.pp.dts")


def test_without_a_preprocessor_the_command_to_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preprocessor, "PROGRAMS", (("no-such-program",),))
    told = failure(FILES / "inc2.dts")
    assert "which is not installed; run: cpp -nostdinc -undef" in told
    assert told.endswith("/inc2.dts > inc2.pp.dts")


@needs_cpp
def test_headers_of_the_tree_that_a_source_lies_in_are_found(tmp_path: Path) -> None:
    bindings = tmp_path / "include" / "dt-bindings"
    bindings.mkdir(parents=True)
    (bindings / "numbers.h").write_text("#define SEVEN 7\n")
    folder = tmp_path / "arch" / "arm64" / "boot" / "dts" / "vendor"
    folder.mkdir(parents=True)
    (folder / "b.dts").write_text("/dts-v1/;\n#include <dt-bindings/numbers.h>\n/ { a { b = <SEVEN>; }; };\n")
    node = read_board(folder / "b.dts").find("/a")
    assert node
    assert node.cells("b") == (7,)


@needs_cpp
def test_a_source_that_includes_itself_or_what_never_ends_is_told(tmp_path: Path) -> None:
    (tmp_path / "self.dts").write_text('/dts-v1/;\n#include "self.dts"\n')
    (tmp_path / "zero.dts").write_text('/dts-v1/;\n#include "/dev/zero"\n')
    assert "self.dts" in failure(tmp_path / "self.dts")
    assert failure(tmp_path / "zero.dts").startswith(f"{tmp_path}/zero.dts: ")


# ---- directories ----


def test_a_directory_like_proc_device_tree_is_a_board() -> None:
    tree = board(FILES / "device-tree")
    assert [path for path, _ in content(tree)] == ["/", "/chosen", "/memory@40000000"]
    assert tree.root.string("model") == (FILES / "device-tree/model").read_text().rstrip("\0")
    told = load_kernel(read_machine(str(FILES / "device-tree"))).assumed
    assert any("a directory does not keep the order of nodes" in sentence for sentence in told)


def test_nodes_of_a_directory_come_by_name_and_address(tmp_path: Path) -> None:
    for name in ("chosen", "b@10", "b@9", "b@100", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_bytes(name.partition("@")[0].encode() + b"\0")
    (tmp_path / "compatible").write_bytes(b"x\0")
    (tmp_path / "name").write_bytes(b"\0")
    tree = board(tmp_path)
    assert [path for path, _ in content(tree)] == ["/", "/a", "/b@9", "/b@10", "/b@100", "/chosen"]
    assert all("name" not in properties for _, properties in content(tree))


def test_what_is_no_node_and_no_property_is_left_out(tmp_path: Path) -> None:
    shutil.copytree(FILES / "device-tree", tmp_path / "tree")
    (tmp_path / "tree" / "loop").symlink_to(tmp_path / "tree")
    (tmp_path / "tree" / "secret").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "tree" / "pipe")
    tree = board(tmp_path / "tree")
    assert content(tree) == content(board(FILES / "device-tree"))
    assert any("3 entries that are no node or property" in sentence for sentence in tree.assumed)


def test_a_directory_that_is_no_device_tree_is_told(tmp_path: Path) -> None:
    told = "this directory has no machine.toml, no device tree and no e820 map in it"
    assert failure(tmp_path).endswith(told)
    huge = tmp_path / "tree"
    shutil.copytree(FILES / "device-tree", huge)
    for number in range(9):
        with (huge / f"p{number}").open("wb") as file:
            file.truncate(1 << 20)
    assert "more in it than the kernel takes" in failure(huge)


def test_a_directory_with_a_machine_file_is_that_machine() -> None:
    folder = FILES.parent / "stick-512m"
    assert read_machine(str(folder)) == read_machine(str(folder / "machine.toml"))


# ---- overlays ----


def test_an_overlay_is_an_option_a_key_and_a_what_if(tmp_path: Path) -> None:
    base, overlay = FILES / "base.dtb", FILES / "ov.dts"
    (tmp_path / "machine.toml").write_text(f'[board]\ndtb = "{base}"\noverlays = ["{overlay}"]\n')
    expected = read_board(base, (FILES / "ov.dtbo",)).raw
    by_option = read_machine(str(base), {"overlays": [str(overlay)]})
    by_key = read_machine(str(tmp_path / "machine.toml"))
    by_wish = WhatIf(read_machine(str(base))).wished(f"overlay {overlay}").machine
    for machine in (by_option, by_key, by_wish):
        assert device_tree(machine).raw == expected
    assert device_tree(by_key).find("/reserved-memory/foo@50000000")


def test_another_board_has_no_overlays_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "machine.toml").write_text(
        f'[board]\ndtb = "{FILES / "base.dtb"}"\noverlays = ["{FILES / "ov.dts"}"]\n'
    )
    assert read_machine(str(tmp_path / "machine.toml"), {"dtb": str(MACRO)}).overlays == ()


def test_a_source_with_labels_has_symbols_for_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "board.dts").write_text("/dts-v1/;\n/ { a: x { }; };\n")
    (tmp_path / "ov.dts").write_text("/dts-v1/;\n/plugin/;\n&a { y; };\n")
    node = read_board(tmp_path / "board.dts", (tmp_path / "ov.dts",)).find("/x")
    assert node
    assert "y" in node.properties


# ---- what it is, and what takes it ----


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("System.map", "--kallsyms FILE takes it"),
        ("iomem.txt", "this is a /proc/iomem; --iomem FILE takes it"),
        ("zoneinfo.txt", "this is a /proc/zoneinfo; 'bootstep state MACHINE'"),
        ("uboot.txt", "this is what U-Boot printed; --from-uboot FILE takes addresses"),
        ("ov.dts", "a device tree overlay (source), no board by itself; 'bootstep BOARD --overlay FILE'"),
        ("ov.dtbo", "a device tree overlay (blob), no board by itself; 'bootstep BOARD --overlay FILE'"),
    ],
)
def test_what_is_no_machine_is_told(name: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FILES / name)
    assert main(["log", path]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"bootstep: {path}: ")
    assert told.replace("FILE", path) in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "option", ["config", "iomem", "sizes", "constants", "efi", "efi-memmap", "vmlinux", "dts"]
)
def test_options_take_their_own_files_only(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FILES / "System.map")
    assert main(["log", "virt-1g", f"--{option}", path]) == 2
    assert "this is a list of symbols, a System.map or /proc/kallsyms" in capsys.readouterr().err


def test_a_log_without_uefis_map_is_no_memory_map(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "server-8g", "--efi-memmap", str(FILES / "../foreign/fedora612.txt")]) == 2
    assert "there is no memory map of UEFI in this log, boot with efi=debug" in capsys.readouterr().err


def test_compare_takes_logs_only(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("zoneinfo.txt", "iomem.txt", "uboot.txt", "base.dtb", "ov.dts"):
        assert main(["compare", "virt-1g", str(FILES / name)]) == 2
        assert "this is " in capsys.readouterr().err


def test_a_pipe_is_read_once() -> None:
    reading, writing = os.pipe()
    os.write(writing, MACRO.read_bytes())
    os.close(writing)
    assert board(Path(f"/dev/fd/{reading}")).raw == MACRO.read_bytes()
    os.close(reading)
