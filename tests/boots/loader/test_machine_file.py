"""The machine file: what it says, what it may not say, and the options that change it.

Covers boots/core/inputs.py.
"""

from pathlib import Path

import pytest
from bootstep.boots.core.inputs import QEMU_DECIDES, Machine
from bootstep.boots.loader.architectures import architecture_of
from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import Release
from bootstep.model.firmware.cpu_features import UNKNOWN

GOOD = """
[kernel]
release = "6.1"
arch = "arm64"
vmlinux = "vmlinux.sym"
config = "../config"
[board]
dtb = "board.dtb"
cpu = "cortex-a57"
cpus = 2
[boot]
kind = "devicetree"
load_address = 0x40200000
dtb_address = 0x48000000
initrd = { start = 0x48000000, size = 0x10600 }
cmdline = "mem=600M"
"""


def read(tmp_path: Path, text: str, **options: str) -> Machine:
    path = tmp_path / "machine.toml"
    path.write_text(text)
    return read_machine(str(path), options)


def test_every_key_arrives_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    machine = read(tmp_path, GOOD)
    assert machine.release == Release(6, 1)
    assert machine.vmlinux == tmp_path / "vmlinux.sym"
    assert machine.config == tmp_path / ".." / "config"
    assert (machine.load_address, machine.dtb_address) == (0x40200000, 0x48000000)
    assert (machine.initrd_start, machine.initrd_size) == (0x48000000, 0x10600)
    assert (machine.cpu, machine.cpus, machine.cmdline) == ("cortex-a57", 2, "mem=600M")


def test_what_is_left_out_is_left_to_the_rest() -> None:
    machine = Machine("empty")
    assert machine.load_address == QEMU_DECIDES
    assert machine.initrd_size == 0
    assert machine.cmdline is None


def test_options_go_before_the_file(tmp_path: Path) -> None:
    machine = read(
        tmp_path, GOOD, cmdline="cma=0", load_address="0x40400000", cpus="4", initrd="0x44000000,4096"
    )
    assert (machine.cmdline, machine.load_address, machine.cpus) == ("cma=0", 0x40400000, 4)
    assert machine.initrd == (0x44000000, 4096)


def test_another_board_replaces_the_shipped_one() -> None:
    machine = read_machine("virt-1g", {"dtb": "mine.dtb"})
    assert machine.dtb == Path.cwd() / "mine.dtb"
    assert machine.dts is None
    assert machine.dtb_size == 0, "a blob of one's own is not padded"


def test_another_kernel_comes_with_its_configuration() -> None:
    with pytest.raises(InputError, match="give --config too"):
        read_machine("virt-1g", {"kallsyms": "kallsyms"})
    machine = read_machine("virt-1g", {"vmlinux": "vmlinux", "config": "config"})
    assert machine.sizes is machine.constants is None, "the shipped kernel's sizes are not this kernel's"


def test_a_bare_blob_is_a_machine_with_the_shipped_kernel() -> None:
    machine = read_machine("some/board.dtb")
    assert machine.dtb == Path.cwd() / "some/board.dtb"
    assert machine.vmlinux == read_machine().vmlinux
    assert (machine.load_address, machine.dtb_address, machine.cmdline) == (QEMU_DECIDES, QEMU_DECIDES, None)


def test_shipped_machines_have_names() -> None:
    assert {"virt-1g", "virt-512m", "virt-2g-numa2", "virt-4g", "virt-6g"} <= set(shipped_machines())
    for name in shipped_machines():
        assert read_machine(name).name == name


START_AND_SIZE = "a start and a size are expected, such as 0x48000000,64M, or none"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("load_address", "load_adress", "unknown key load_adress in [boot], did you mean load_address?"),
        ("[board]", "[bord]", "unknown section [bord], did you mean board?"),
        (
            "cpus = 2",
            'cpus = "two"',
            "cpus = 'two': a number is expected, such as 64M, 0x4000000 or 67108864",
        ),
        ("cpus = 2", "cpus = 0", "cpus = 0: expected a number from 1 to 8192"),
        ("cpus = 2", "cpus = true", "cpus = True: a number is expected, such as 64M, 0x4000000 or 67108864"),
        ("0x40200000", "-1", "load_address = -1: expected a physical address below 2^52"),
        (
            "0x48000000\n",
            "1.5\n",
            "dtb_address = 1.5: a number is expected, such as 64M, 0x4000000 or 67108864",
        ),
        ('"6.1"', "6.1", "release = 6.1: expected a string"),
        ('"6.1"', '"six"', 'release = \'six\': expected a release such as "6.1" or "6.12.117"'),
        ('"arm64"', '"riscv"', "arch = 'riscv': expected one of arm64, x86_64"),
        ('"devicetree"', '"grub"', "kind = 'grub': expected one of devicetree, uefi, e820"),
        ("{ start = 0x48000000, size = 0x10600 }", "5", f"initrd = 5: {START_AND_SIZE}"),
        ("start = 0x48000000, ", "", "initrd = {'size': 67072}: " + START_AND_SIZE),
        ("[kernel]", "kernel = 3\n[other]", "kernel must be a section, [kernel]"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert str(refused.value) == f"{tmp_path / 'machine.toml'}: {sentence}"


def test_a_board_is_described_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="either a dtb or a dts, not both"):
        read(tmp_path, GOOD.replace("cpu =", 'dts = "board.dts"\ncpu ='))


def test_what_is_no_machine_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is no valid TOML"):
        read(tmp_path, "[kernel\n")
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="this is no text file"):
        read_machine(str(tmp_path / "x.toml"))


def test_missing_files_and_misspelt_names() -> None:
    with pytest.raises(InputError, match=r"^/no/such/machine\.toml: no such file or directory$"):
        read_machine("/no/such/machine.toml")
    with pytest.raises(InputError, match=r"did you mean virt-1g\?$"):
        read_machine("virt-1gb")
    with pytest.raises(InputError, match=r"'bootstep machines' lists what is shipped"):
        read_machine("xyzzy")


def test_an_e820_map_makes_a_pc(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("0 9fc00 usable\n100000 7ffe0000 usable\n")
    for machine in (read_machine(str(tmp_path / "map")), read_machine(None, {"e820": str(tmp_path / "map")})):
        assert (machine.arch, machine.kind, machine.cpu) == ("x86_64", "e820", "qemu64")
        assert machine.e820 == tmp_path / "map"
    assert read_machine(str(tmp_path / "map"), {"release": "6.12"}).release.series == (6, 12)


def test_a_machine_file_of_a_pc_need_not_say_how_it_starts(tmp_path: Path) -> None:
    (tmp_path / "pc.toml").write_text('[kernel]\narch = "x86_64"\n[board]\ne820 = "map"\n')
    assert read_machine(str(tmp_path / "pc.toml")).kind == "e820"
    (tmp_path / "pc.toml").write_text('[kernel]\narch = "x86_64"\n[board]\nefi_memmap = "map"\n')
    assert read_machine(str(tmp_path / "pc.toml")).kind == "uefi"


def test_kaslr_on_a_pc_has_bases(tmp_path: Path) -> None:
    bases = "text = 0xffffffffab800000, page_offset_base = 0xffff8a2f40000000"
    (tmp_path / "pc.toml").write_text(f'[kernel]\narch = "x86_64"\n[boot]\nkaslr = {{ {bases} }}\n')
    drawn = read_machine(str(tmp_path / "pc.toml")).kaslr
    assert drawn
    assert (drawn.text, drawn.page_offset_base) == (0xFFFFFFFFAB800000, 0xFFFF8A2F40000000)
    assert drawn.vmalloc_base is None
    (tmp_path / "pc.toml").write_text("[boot]\nkaslr = { text = 0xffffffffab800001 }\n")
    with pytest.raises(InputError, match="text is expected to be a kernel address and a multiple of 0x2"):
        read_machine(str(tmp_path / "pc.toml"))


def test_a_map_is_no_board_of_arm64(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("0 9fc00 usable\n")
    with pytest.raises(InputError, match="virt-1g: e820 is for machines of x86_64, this one is arm64"):
        read_machine("virt-1g", {"e820": str(tmp_path / "map")})


@pytest.mark.parametrize(
    ("machine", "option", "value", "sentence"),
    [
        ("pc-2g", "dtb_address", "0x48000000", "dtb_address is for machines of arm64, this one is x86_64"),
        ("pc-2g", "dtb_size", "0x10000", "dtb_size is for machines of arm64"),
        ("pc-2g", "efi_memmap", "tests/map.bin", "--efi-memmap is for a boot from UEFI"),
        ("pc-2g", "exception_level", "1", "exception_level is for machines of arm64"),
        ("pc-2g", "from_uboot", "/no/such.txt", "from_uboot is for machines of arm64"),
        ("pc-2g", "kaslr", "0x200000", "kaslr: x86_64 draws text, page_offset_base"),
        ("virt-1g", "kaslr", "0xffffffff81000000,,,", "kaslr: arm64 draws offset, memstart"),
    ],
)
def test_what_only_another_architecture_has_is_refused(
    machine: str, option: str, value: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=f"{machine}: {sentence}"):
        read_machine(machine, {option: value})


def test_a_pc_does_not_start_from_a_device_tree() -> None:
    with pytest.raises(InputError, match="x86_64 from devicetree: it boots from e820 or uefi"):
        architecture_of(read_machine("pc-2g", {"kind": "devicetree"}))


def test_another_cpu_has_other_features() -> None:
    assert read_machine("pc-2g").cpu_features != UNKNOWN
    assert read_machine("pc-2g", {"cpu": "max"}).cpu_features == UNKNOWN
