"""``bootstep capture``: a machine taken down from a running Linux boots as that Linux did.

Covers board.py, firmware.py, kernel.py, machine.py, rooted.py, source.py, symbols.py, written.py.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from bootstep.boots.capture.machine import Capture, capture
from bootstep.boots.capture.rooted import Rooted
from bootstep.boots.core.inputs import Drawn, Machine
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.kallsyms import parse_kallsyms
from bootstep.model.build.iomem import parse_kernel_resources
from bootstep.model.firmware.devicetree.tree import DeviceTree, DTNode
from bootstep.model.text.dmesg import all_lines
from bootstep.tui.cli.main import main
from fake_root import DATA, FakeRoot, cpuinfo, kallsyms
from msgspec import structs
from sweeps import sweep

CASES = (
    "6.1-4k48/crash128at",
    "6.1-4k48/m1g-mem600-initrd",
    "6.1-4k48/efi-srat",
    "6.12-4k48/numa2",
    "6.12-4k48/efi-srat",
)


@pytest.fixture
def linux(tmp_path: Path) -> FakeRoot:
    return FakeRoot("6.1-4k48/resv-nomap", tmp_path)


@pytest.fixture
def uefi(tmp_path: Path) -> FakeRoot:
    return FakeRoot("6.1-4k48/efi-srat", tmp_path)


def captured(linux: FakeRoot) -> tuple[Capture, Path]:
    target = linux.path.parent / "captured"
    return capture(linux.path, target), target / "machine.toml"


def noted(linux: FakeRoot) -> dict[str, str]:
    """What was not read, and why."""
    return {missing.what: missing.why for missing in captured(linux)[0].missing}


def log(machine: Machine) -> list[str]:
    kernel = load_kernel(machine)
    boot(kernel)
    return list(all_lines(kernel.trace))


@pytest.mark.parametrize("case", sweep(CASES, CASES[1], CASES[4]))
def test_a_captured_machine_boots_as_the_one_it_was_taken_from(case: str, tmp_path: Path) -> None:
    linux = FakeRoot(case, tmp_path)
    found, machine = captured(linux)
    assert found.trouble == ""
    assert log(read_machine(str(machine))) == log(linux.machine)


@pytest.mark.parametrize("case", sweep(CASES, CASES[1]))
def test_functions_and_iomem_are_enough_for_all_but_the_sizes_of_data(case: str, tmp_path: Path) -> None:
    linux = FakeRoot(case, tmp_path)
    linux.write("proc/kallsyms", kallsyms(linux.machine, functions_only=True))
    _, machine = captured(linux)
    kernel = load_kernel(read_machine(str(machine)))
    assert any("kallsyms has functions only" in sentence for sentence in kernel.assumed)
    ours, theirs = log(read_machine(str(machine))), log(linux.machine)
    assert ours[:-1] == theirs[:-1]
    assert ours[-1].split("(")[0] == theirs[-1].split("(")[0]


def test_a_kernel_that_kaslr_moved_is_the_one_that_was_linked(linux: FakeRoot) -> None:
    linux.write("proc/kallsyms", kallsyms(linux.machine, moved=0x2345670000))
    linux.write("var/log/dmesg", "KASLR enabled\n")
    machine = read_machine(str(captured(linux)[1]))
    assert machine.kaslr == Drawn(0x2345670000, None)
    kernel = load_kernel(structs.replace(machine, cmdline=""))
    assert kernel.image.symbol("_end") == load_kernel(linux.machine).image.symbol("_end")
    assert any("moved the linear map too, nothing tells where to" in words for words in kernel.assumed)
    boot(kernel)
    assert kernel.kaslr_offset == 0x2345670000 & -(2 << 20)


def test_debugfs_tells_where_the_device_tree_lies(tmp_path: Path) -> None:
    linux = FakeRoot("6.1-4k48/efi-srat", tmp_path)
    place, size = linux.machine.dtb_address, len(linux.machine.dtb.read_bytes())
    assert place is not None
    linux.write(
        "sys/kernel/debug/memblock/reserved",
        f"   0: 0x0000000040200000..0x00000000411fffff\n   1: {place:#018x}..{place + size - 1:#018x}\n",
    )
    linux.write("proc/iomem", "")
    assert read_machine(str(captured(linux)[1])).dtb_address == place


def test_what_is_written_is_this_and_no_log(linux: FakeRoot) -> None:
    found, machine = captured(linux)
    assert found.files == ("board.dtb", "config", "iomem", "kallsyms", "machine.toml")
    assert sorted(path.name for path in machine.parent.rglob("*")) == sorted(found.files)
    assert "a_module" not in (machine.parent / "kallsyms").read_text()
    comments = [line for line in machine.read_text().splitlines() if line.startswith("# not read: ")]
    assert len(comments) == len(found.missing)


def test_addresses_that_the_kernel_hides_are_recognised(linux: FakeRoot) -> None:
    hidden = "".join(f"{0:016x} T {line.split()[2]}\n" for line in linux.read("proc/kallsyms").splitlines())
    linux.write("proc/kallsyms", hidden)
    linux.write(
        "proc/iomem",
        "00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n"
        "  00000000-00000000 : Kernel data\n",
    )
    why = noted(linux)
    assert why["kallsyms"].startswith("all addresses are 0, the kernel hides them (kptr_restrict)")
    assert why["iomem"].startswith("all addresses are 0")


def test_a_machine_without_symbols_is_not_said_to_boot(linux: FakeRoot) -> None:
    linux.write("proc/kallsyms", f"{0:016x} T _stext\n{0:016x} T _text\n")
    trouble = captured(linux)[0].trouble
    assert "has no symbols of its kernel" in trouble
    assert "sysctl kernel.kptr_restrict=1" in trouble


def test_a_system_map_does_where_kallsyms_hides_addresses(linux: FakeRoot) -> None:
    linux.write(f"boot/System.map-{linux.release}", linux.read("proc/kallsyms"))
    linux.write("proc/kallsyms", f"{0:016x} T _stext\n{0:016x} T _text\n")
    found, machine = captured(linux)
    assert found.trouble == ""
    assert load_kernel(read_machine(str(machine))).image.has("swapper_pg_dir")


def test_what_only_root_may_read_is_said(linux: FakeRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Rooted.read

    def only_for_root(files: Rooted, name: str, most: int = 0) -> bytes:
        if name == "/proc/iomem":
            raise PermissionError(13, "Permission denied")
        return read(files, name, most)

    monkeypatch.setattr(Rooted, "read", only_for_root)
    assert noted(linux)["iomem"] == "/proc/iomem may only be read by root"


def test_the_unpacked_device_tree_is_flattened_where_there_is_no_blob(linux: FakeRoot) -> None:
    def unpack(node: DTNode, directory: Path) -> None:
        directory.mkdir(parents=True)
        for name, value in {**node.properties, "name": node.name.partition("@")[0].encode() + b"\0"}.items():
            (directory / name).write_bytes(value)
        for child in node.children:
            unpack(child, directory / child.name)

    def plain(node: DTNode) -> tuple[object, ...]:
        return node.name, sorted(node.properties.items()), sorted(map(plain, node.children), key=str)

    blob = DeviceTree((linux.path / "sys/firmware/fdt").read_bytes())
    unpack(blob.root, linux.path / "proc/device-tree")
    linux.remove("sys/firmware/fdt")
    found, machine = captured(linux)
    assert {missing.what for missing in found.missing} >= {"device tree"}
    flattened = DeviceTree((machine.parent / "board.dtb").read_bytes())
    assert plain(flattened.root) == plain(blob.root)


def test_sizes_come_from_the_running_kernels_btf(linux: FakeRoot) -> None:
    from elftools.elf.elffile import ELFFile

    with (DATA / "types" / "btf.elf").open("rb") as file:
        linux.write("sys/kernel/btf/vmlinux", ELFFile(file).get_section_by_name(".BTF").data())
    _, machine = captured(linux)
    assert json.loads((machine.parent / "sizes.json").read_text())["sizeof"]["struct page"] == 80
    assert 'sizes = "sizes.json"' in machine.read_text()


def test_a_configuration_in_proc_goes_first(linux: FakeRoot) -> None:
    text = linux.read(f"boot/config-{linux.release}") + "CONFIG_FROM_PROC=y\n"
    linux.write("proc/config.gz", gzip.compress(text.encode()))
    _, machine = captured(linux)
    assert (machine.parent / "config").read_text() == text
    linux.write("proc/config.gz", b"\x1f\x8b damaged")
    assert capture(linux.path, linux.path.parent / "again").trouble == ""


def test_a_vmlinux_that_is_installed_is_named_where_it_is(linux: FakeRoot) -> None:
    assert linux.machine.vmlinux
    name = f"usr/lib/debug/boot/vmlinux-{linux.release}"
    linux.write(name, linux.machine.vmlinux.read_bytes())
    found, machine = captured(linux)
    assert read_machine(str(machine)).vmlinux == linux.path / name
    assert "kallsyms" not in found.files


def test_a_cpu_that_is_not_known_is_said(linux: FakeRoot) -> None:
    linux.write("proc/cpuinfo", cpuinfo(3, "0xfff"))
    found, machine = captured(linux)
    assert [missing.why for missing in found.missing if missing.what == "cpu"] == [
        "CPU implementer 0x41 part 0xfff is not one that bootstep knows"
    ]
    assert read_machine(str(machine)).cpus == 3


def test_uefis_map_is_wanted_from_a_boot_with_efi_debug(uefi: FakeRoot) -> None:
    lines = uefi.read("var/log/dmesg").splitlines(keepends=True)
    uefi.write("var/log/dmesg", "".join(line for line in lines if "efi:   0x" not in line))
    found, _ = captured(uefi)
    [missing] = [missing for missing in found.missing if missing.what == "UEFI memory map"]
    assert missing.why == "the log has 0 of its 35 descriptors"
    assert "efi=debug" in missing.how
    assert "expected efi_memmap, its memory map" in found.trouble


def test_uefis_map_and_tables_are_those_of_the_log(uefi: FakeRoot) -> None:
    _, machine = captured(uefi)
    taken, real = load_kernel(read_machine(str(machine))), load_kernel(uefi.machine)
    assert [one._replace(virt_addr=0) for one in real.firmware.memmap] == list(taken.firmware.memmap)
    assert [table.signature for table in taken.firmware.acpi] == [
        table.signature for table in real.firmware.acpi
    ]
    assert (taken.machine.dtb_address, taken.machine.load_address, taken.machine.initrd) == (
        *(real.machine.dtb_address, real.machine.load_address),
        (0x7B640000, 0x11000),
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("proc/sys/kernel/osrelease", "not a release", "this is no running Linux"),
        ("boot/config-6.1.0-test", "CONFIG_X86_64=y\n", "this Linux does not run on arm64"),
    ],
)
def test_what_is_no_arm64_linux_is_refused(linux: FakeRoot, name: str, content: str, sentence: str) -> None:
    linux.write(name, content)
    with pytest.raises(InputError, match=sentence):
        captured(linux)


def test_a_machine_is_not_written_over(linux: FakeRoot) -> None:
    captured(linux)
    with pytest.raises(InputError, match="there is something of this name, a new directory"):
        captured(linux)


def test_the_command_tells_what_is_there_and_what_is_not(
    linux: FakeRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    target = linux.path.parent / "by-command"
    assert main(["capture", str(target), "--root", str(linux.path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"written to {target}: board.dtb, config")
    assert any(line.startswith("not read: vmlinux: none is installed") for line in out)
    assert out[-1] == f"try: bootstep log {target / 'machine.toml'}"
    assert main(["capture", str(target), "--root", str(linux.path / "nowhere")]) == 2
    assert main(["capture", str(linux.path / "proc/iomem"), "--root", str(linux.path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "these are no symbols of a kernel, there is no _stext"),
        ("hello\n", "line 1 is no line of kallsyms"),
        (f"{0:016x} T _stext\n", "all addresses are 0, the kernel hides them"),
        ("ffff800008010000 T other\n", "there is no _stext"),
    ],
)
def test_what_is_no_kallsyms_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_kallsyms(text, "kallsyms")


def test_an_iomem_without_a_kernel_is_one_sentence() -> None:
    with pytest.raises(InputError, match="does not tell where the kernel is"):
        parse_kernel_resources("40000000-7fffffff : System RAM\n", "iomem")
