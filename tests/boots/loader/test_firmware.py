"""From files to what firmware hands over."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.base.errors import InputError
from device_tree_kernel import log

CASE = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-srat"
KERNEL = SHIPPED / "kernels" / "6.1-4k48"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with everything of a machine with UEFI, ACPI and two nodes."""
    for path in CASE.rglob("*.gz"):
        target = tmp_path / path.relative_to(CASE).with_suffix("")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(gzip.decompress(path.read_bytes()))
    text = (CASE / "machine.toml").read_text().replace("KERNEL", str(KERNEL))
    (tmp_path / "machine.toml").write_text(text)
    return tmp_path


def loaded(folder: Path, **options: str) -> Kernel:
    return load_kernel(read_machine(str(folder / "machine.toml"), options))


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def test_tables_come_in_the_order_of_the_root_table_with_their_addresses(machine: Path) -> None:
    firmware = loaded(machine).firmware
    assert [table.signature for table in firmware.acpi][:3] == ["FACP", "APIC", "PPTT"]
    assert firmware.acpi[0].address == 0x7C43FA98
    assert firmware.xsdt
    assert firmware.rsdp.startswith(b"RSD PTR ")
    assert len(firmware.memmap) == 35


def test_as_sysfs_shows_them_tables_have_no_addresses_and_no_root(machine: Path) -> None:
    """/sys/firmware/acpi/tables has no RSDP and no XSDT, and folders beside the tables."""
    for path in (machine / "acpi").iterdir():
        path.rename(path.with_suffix("")) if path.stem not in ("RSDP", "XSDT") else path.unlink()
    (machine / "acpi" / "dynamic").mkdir()
    edit(machine / "efi.json", lambda text: text.replace("acpi_tables_", "no_tables_"))
    k = loaded(machine)
    assert [table.address for table in k.firmware.acpi] == [0] * 10
    boot(k)
    assert "ACPI: SRAT: Node 1 PXM 1 [mem 0x80000000-0xbfffffff]" in log(k)
    assert not [line for line in log(k) if line.startswith("ACPI: SRAT 0x")]


def test_the_initrd_of_a_boot_loader_is_not_told_by_the_device_tree(machine: Path) -> None:
    k = loaded(machine)
    chosen = k.fdt.find("/chosen")
    assert chosen
    assert "linux,initrd-start" not in chosen.properties
    assert chosen.string("bootargs") == f"{read_machine(str(machine / 'machine.toml')).cmdline} initrd=initrd"
    assert k.fdt.raw == (machine / "board.dtb").read_bytes()


def test_another_command_line_goes_into_the_device_tree(machine: Path) -> None:
    k = loaded(machine, cmdline="acpi=on")
    chosen = k.fdt.find("/chosen")
    assert chosen
    assert chosen.string("bootargs") == "acpi=on"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("efi_memmap.bin", b"", "the memory map is cut off, 0 of 1680 bytes are there"),
        ("efi_memmap.bin", bytes(1679), "the memory map is cut off, 1679 of 1680 bytes are there"),
        ("efi.json", b"[]", "a JSON object is expected"),
        ("efi.json", b"{", "this is no valid JSON"),
        (
            "efi.json",
            b'{"acpi_tables_[sig,pa,len]": [1]}',
            "expected lists of signature, address and length",
        ),
        ("acpi/SRAT.bin", b"SRAT", "this is no ACPI table, 4 bytes are less than a header"),
        ("acpi/RSDP.bin", b"RSD PTR ", "the root pointer is cut off, 8 of 20 bytes are there"),
    ],
)
def test_a_damaged_file_is_named(machine: Path, name: str, data: bytes, sentence: str) -> None:
    (machine / name).write_bytes(data)
    with pytest.raises(InputError) as raised:
        loaded(machine)
    assert str(raised.value).startswith(f"{machine / name}: ")
    assert sentence in str(raised.value)


def test_missing_files_are_named(machine: Path) -> None:
    (machine / "efi_memmap.bin").unlink()
    with pytest.raises(InputError, match=r"efi_memmap.bin: no such file or directory"):
        loaded(machine)
    edit(machine / "machine.toml", lambda text: text.replace('efi_memmap = "efi_memmap.bin"', ""))
    with pytest.raises(InputError, match="the device tree is UEFI's, expected efi_memmap, its memory map"):
        loaded(machine)
    edit(machine / "machine.toml", lambda text: text.replace('acpi = "acpi"', 'acpi = "tables"'))


def test_a_folder_of_tables_that_is_not_there(machine: Path) -> None:
    edit(machine / "machine.toml", lambda text: text.replace('acpi = "acpi"', 'acpi = "tables"'))
    with pytest.raises(InputError, match="tables: no such file or directory"):
        loaded(machine)


def test_uefi_puts_things_anywhere(machine: Path) -> None:
    edit(machine / "machine.toml", lambda text: text.replace("load_address", "# load_address"))
    with pytest.raises(InputError, match="load_address and dtb_address are expected"):
        loaded(machine)


def test_descriptors_of_no_size(machine: Path) -> None:
    k = loaded(machine)
    fdt = k.fdt.with_properties("/chosen", {"linux,uefi-mmap-desc-size": bytes(4)})
    (machine / "board.dtb").write_bytes(fdt.raw)
    with pytest.raises(InputError, match=r"efi_memmap.bin: descriptors of 0 bytes are no UEFI memory map"):
        loaded(machine)


def test_a_log_of_the_machine_will_do_for_its_memory_map(machine: Path) -> None:
    (machine / "efi_memmap.bin").write_bytes(gzip.decompress((CASE / "dmesg.log.gz").read_bytes()))
    edit(machine / "machine.toml", lambda text: text.replace('efi = "efi.json"', ""))
    k = loaded(machine)
    boot(k)
    assert "ACPI: SRAT: Node 1 PXM 1 [mem 0x80000000-0xbfffffff]" in log(k)
    assert (0x7E111518, 0x400) in [(region.base, region.size) for region in k.memblock.reserved.regions]
