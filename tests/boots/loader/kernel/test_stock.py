"""A machine that names no kernel gets a shipped one of its release and page size; a release that is not the
kernel's is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.boots.loader.kernel.stock import choose, stock_kernels
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import Release
from bootstep.tui.cli.main import main

STOCK = SHIPPED / "kernels"
TESTED = Path(__file__).parents[3] / "data" / "kernels"


def shipped_kernel(name: str) -> dict[str, str]:
    """Options that name a shipped kernel as if it were somebody's own."""
    return {"vmlinux": str(STOCK / name / "vmlinux.sym"), "config": str(STOCK / name / "config")}


def unpacked(tmp_path: Path, name: str) -> dict[str, str]:
    """Options that name a kernel of the tests."""
    vmlinux = tmp_path / "vmlinux"
    vmlinux.write_bytes(gzip.decompress((TESTED / name / "vmlinux.sym.gz").read_bytes()))
    return {"vmlinux": str(vmlinux), "config": str(TESTED / name / "config")}


def blob(tmp_path: Path) -> str:
    path = tmp_path / "board.dtb"
    path.write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    return str(path)


def test_what_is_shipped_says_its_release_and_page_size() -> None:
    assert {(kernel.release.series, kernel.pages) for kernel in stock_kernels()} >= {
        *(((6, 1), 4), ((6, 1), 64), ((6, 6), 4), ((6, 12), 4))
    }


@pytest.mark.parametrize(
    ("release", "pages", "name"),
    [
        ((5, 7), 4, "5.7-textbook"),
        ((6, 1), 4, "6.1-4k48"),
        ((6, 1), 64, "6.1-64k48"),
        ((6, 3), 64, "6.1-64k48"),
        ((6, 6), 4, "6.6-4k48"),
        ((6, 8), 4, "6.1-4k48"),
        ((6, 9), 4, "6.12-4k48"),
        ((6, 12), 4, "6.12-4k48"),
    ],
)
def test_the_nearest_that_has_what_the_release_looks_for(
    release: tuple[int, int], pages: int, name: str
) -> None:
    assert choose("arm64", Release(*release), pages).directory.name == name


@pytest.mark.parametrize(("release", "pages"), [((6, 12), 64), ((6, 9), 16), ((6, 1), 16), ((5, 7), 64)])
def test_where_none_fits_a_sentence_names_those_there_are(release: tuple[int, int], pages: int) -> None:
    with pytest.raises(
        InputError, match=rf"with {pages}K pages: no shipped kernel fits .*6\.1 with 64K pages"
    ):
        choose("arm64", Release(*release), pages)


@pytest.mark.parametrize("asked", ["6.12", "6.12.117", "v6.12-rc3"])
def test_a_bare_board_gets_a_kernel_of_the_release_asked_for(tmp_path: Path, asked: str) -> None:
    kernel = load_kernel(read_machine(blob(tmp_path), {"release": asked}))
    assert kernel.machine.vmlinux == STOCK / "6.12-4k48" / "vmlinux.sym"
    assert kernel.release[:2] == (6, 12)
    assert any("shipped one of 6.12 with 4K pages (6.12-4k48)" in words for words in kernel.assumed)


def test_a_shipped_machine_too() -> None:
    kernel = load_kernel(read_machine("virt-1g", {"release": "6.12"}))
    assert kernel.image.has("__pi_early_map_kernel")
    assert load_kernel(read_machine("virt-1g-6.12", {"release": "6.12"})).assumed == ()


def test_a_release_in_between_is_booted_with_the_image_of_its_like() -> None:
    kernel = load_kernel(read_machine("virt-1g", {"release": "6.10"}))
    assert kernel.machine.vmlinux == STOCK / "6.12-4k48" / "vmlinux.sym"
    assert any("none of 6.10 is shipped" in words for words in kernel.assumed)


def test_the_page_size_is_that_of_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text((STOCK / "6.1-64k48" / "config").read_text() + "CONFIG_CMDLINE_FORCE=y\n")
    kernel = load_kernel(read_machine(blob(tmp_path), {"config": str(config)}))
    assert kernel.machine.vmlinux == STOCK / "6.1-64k48" / "vmlinux.sym"
    assert kernel.machine.config == config and kernel.layout.page_size == 64 << 10
    assert kernel.machine.constants is None, "they belong to another configuration"
    assert any(f"it was not built with {config}" in words for words in kernel.assumed)


def test_the_release_is_that_of_the_configuration_if_nothing_else_says(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text((STOCK / "6.12-4k48" / "config").read_text() + "CONFIG_NOTHING=y\n")
    assert load_kernel(read_machine("virt-1g", {"config": str(config)})).release[:2] == (6, 12)


def test_a_machine_that_names_no_kernel_at_all(tmp_path: Path) -> None:
    """As `capture` writes it where kallsyms are hidden: release and configuration, but no symbols."""
    (tmp_path / "config").write_text((STOCK / "6.12-4k48" / "config").read_text() + "CONFIG_NOTHING=y\n")
    (tmp_path / "board.dtb").write_bytes(Path(blob(tmp_path)).read_bytes())
    machine = tmp_path / "machine.toml"
    machine.write_text('[kernel]\nrelease = "6.12"\nconfig = "config"\n[board]\ndtb = "board.dtb"\n')
    kernel = load_kernel(read_machine(str(machine)))
    assert kernel.machine.vmlinux == STOCK / "6.12-4k48" / "vmlinux.sym"
    machine.write_text('[kernel]\nrelease = "6.9"\n[board]\ndtb = "board.dtb"\n')
    kernel = load_kernel(read_machine(str(machine)))
    assert (kernel.release[:2], kernel.machine.config) == ((6, 9), STOCK / "6.12-4k48" / "config")


@pytest.mark.parametrize(
    ("name", "release", "why"),
    [
        ("6.1-4k48", "6.12", "it has no mm_core_init, which came with 6.4"),
        ("6.1-4k48", "5.7", "it has no free_area_init_nodes, which went with 5.8"),
        ("6.1-4k48", "6.2", r"its configuration .*6\.1-4k48/config is 6\.1\.\d+'s"),
        ("6.12-4k48", "6.1", "it has fdt_scan_reserved_mem_reg_nodes, which came with 6.12"),
        ("6.12-4k48", "6.13", r"its configuration .*6\.12-4k48/config is 6\.12\.\d+'s"),
    ],
)
def test_a_release_that_is_not_the_kernels_is_refused(name: str, release: str, why: str) -> None:
    with pytest.raises(InputError, match=rf"vmlinux\.sym: this is not Linux {release}, {why}"):
        load_kernel(read_machine("virt-1g", {**shipped_kernel(name), "release": release}))


@pytest.mark.parametrize("asked", ["6.12", "6.12.5"])
def test_a_patch_level_contradicts_nothing(asked: str) -> None:
    options = {**shipped_kernel("6.12-4k48"), "release": asked}
    assert load_kernel(read_machine("virt-1g", options)).release[:2] == (6, 12)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in TESTED.glob("*/vmlinux.sym.gz")))
def test_a_kernel_of_ones_own_is_of_the_release_its_files_tell(tmp_path: Path, name: str) -> None:
    machine = "pc-2g" if name.endswith("amd64") else "virt-1g"
    kernel = load_kernel(read_machine(machine, unpacked(tmp_path, name)))
    assert name.startswith("{}.{}".format(*kernel.release[:2]))


def test_symbols_of_another_release_are_refused(tmp_path: Path) -> None:
    kernel = load_kernel(read_machine("virt-1g-6.12"))
    kallsyms = tmp_path / "kallsyms"
    kallsyms.write_text("".join(f"{at:016x} T {name}\n" for name, at in kernel.image.symbols.items()))
    config = tmp_path / "config"
    config.write_text((STOCK / "6.12-4k48" / "config").read_text().partition("Kernel Configuration")[2])
    options = {"kallsyms": str(kallsyms), "config": str(config)}
    assert load_kernel(read_machine("virt-1g", options)).release[:2] == (6, 12)
    with pytest.raises(InputError, match=r"kallsyms: this is not Linux 6\.1, it has fdt_scan_reserved_mem"):
        load_kernel(read_machine("virt-1g", {**options, "release": "6.1"}))


def test_image_follows_the_release(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "virt-1g", "--release", "6.12"]) == 0
    of_release = capsys.readouterr().out.splitlines()
    assert main(["image", "virt-1g-6.12"]) == 0
    of_machine = capsys.readouterr().out.splitlines()
    assert of_release[: len(of_machine)] == of_machine
    assert "6.12-4k48" in of_release[-1]
