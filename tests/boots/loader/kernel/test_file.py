"""A kernel that tells its symbols itself boots as its vmlinux does; its configuration and its release are
found where they are.

Covers config.py, model/build/image/embedded.py, model/build/image/embedded_image.py,
model/build/image/release_signs.py, model/build/kernel_files.py, release.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import boot_images
import pytest
from boot_images import Kernel, Symbol
from bootstep.boots.live.kernel import read_live_kernel
from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.loader.kernel import config
from bootstep.boots.loader.kernel.file import read_kernel_file
from bootstep.boots.loader.kernel.types import types_in
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.btf import read_btf
from bootstep.model.build.image.embedded import find_banner
from bootstep.model.build.image.image import Image
from bootstep.tui.cli.main import main
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeps import sweep

TYPES = Path(__file__).parents[3] / "data" / "types"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Shipped:
    """A shipped kernel, of which an Image can be written."""

    def __init__(self, name: str) -> None:
        self.directory = SHIPPED / "kernels" / name
        self.vmlinux = Image.parse((self.directory / "vmlinux.sym").read_bytes(), name)
        self.config = (self.directory / "config").read_text()

    def kernel(self, **other: object) -> Kernel:
        """The kernel with all the symbols that kallsyms would have."""
        functions = set(self.vmlinux.printed_names.values()) | set(self.vmlinux.function_sizes)
        symbols = [
            Symbol(address, "t" if name in functions else "d", name)
            for name, address in self.vmlinux.symbols.items()
            if not name.startswith("$") and address >= self.vmlinux.symbols["_text"]
        ]
        start = self.vmlinux.symbols["_text"]
        placed = {
            "start": start,
            "size": self.vmlinux.symbols["_end"] - start,
            "held": self.vmlinux.symbols["_edata"] - start,
            "initdata": self.vmlinux.symbols["__initdata_begin"] - start,
        }
        return Kernel(symbols, **{"release": "6.12.117", **placed, **other})  # type: ignore[arg-type]

    def options(self) -> dict[str, str]:
        """Options that name what an Image has no room for here."""
        return {
            "sizes": str(self.directory / "sizes.json"),
            "constants": str(self.directory / "consts.json"),
        }


@pytest.fixture(scope="module")
def newest() -> Shipped:
    return Shipped("6.12-4k48")


def log(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[list[str], str]:
    assert main(["log", *words]) == 0
    out, err = capsys.readouterr()
    return out.splitlines(), err


@pytest.mark.parametrize(
    ("name", "release", "order", "packed"),
    [("6.12-4k48", "6.12.117", "6.4", "zboot"), ("6.1-4k48", "6.1.192", "6.1", "gzip")],
)
def test_a_boot_is_the_same_from_an_image(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, release: str, order: str, packed: str
) -> None:
    shipped = Shipped(name)
    image = shipped.kernel(order=order, release=release, config=shipped.config).image()
    path = tmp_path / "vmlinuz"
    path.write_bytes(boot_images.zboot(image, "gzip") if packed == "zboot" else gzip.compress(image))
    options = [word for key, value in shipped.options().items() for word in (f"--{key}", value)]
    of_image, told = log(capsys, "virt-1g", "--vmlinux", str(path), *options)
    config = str(shipped.directory / "config")
    vmlinux = str(shipped.directory / "vmlinux.sym")
    of_vmlinux, _ = log(capsys, "virt-1g", "--vmlinux", vmlinux, "--config", config, *options)
    assert of_image == of_vmlinux
    assert f"the configuration inside {path} (IKCONFIG) is taken" in told


USES = {
    "free_initmem": ("__init_begin", "__init_end"),
    "__is_kernel_percpu_address": ("__per_cpu_start", "__per_cpu_end"),
    "mem_init_print_info": ("_edata", "__bss_start", "__bss_stop", "_etext", "__end_rodata"),
    "__set_fixmap": ("bm_pte",),
    "early_fixmap_init": ("bm_pud", "swapper_pg_dir", "bm_pmd", "bm_pte"),
    "cpu_enable_cnp": ("swapper_pg_dir", "reserved_pg_dir", "idmap_pg_dir"),
    "clear_page_tables": ("init_pg_dir", "init_pg_end"),
}
"""What 6.1's functions compute the addresses of."""


def test_a_kernel_with_symbols_of_functions_only_boots_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shipped = Shipped("6.1-4k48")
    symbols = shipped.vmlinux.symbols
    code = {
        symbols[function]: boot_images.computes(symbols[function], (symbols[name] for name in names))
        for function, names in USES.items()
        if function in symbols
    }
    assert len(code) >= len(USES) - 1
    place = symbols["_etext"] - symbols["_text"]
    kernel = shipped.kernel(order="6.1", release="6.1.192", config=shipped.config, code=code, at=place)
    in_text = [("_stext", "_etext"), ("_sinittext", "_einittext")]
    kernel.symbols = [
        symbol
        for symbol in kernel.symbols
        if any(symbols[start] <= symbol.address <= symbols[end] for start, end in in_text)
        and (symbol.kind == "t" or symbol.name in sum(in_text, ()))
    ]
    (tmp_path / "Image").write_bytes(kernel.image())
    options = [word for key, value in shipped.options().items() for word in (f"--{key}", value)]
    of_image, told = log(capsys, "virt-1g", "--vmlinux", str(tmp_path / "Image"), *options)
    assert "only functions have symbols in this kernel" in told
    of_vmlinux, _ = log(capsys, "virt-1g")
    assert of_image == of_vmlinux


def test_the_configuration_named_goes_before_the_one_inside_before_the_one_beside(
    tmp_path: Path, newest: Shipped
) -> None:
    image = newest.kernel(config=newest.config + "CONFIG_INSIDE=y\n").image()
    path = tmp_path / "vmlinuz-6.12.117-mine"
    path.write_bytes(image)
    beside = tmp_path / "config-6.12.117-mine"
    beside.write_text(newest.config + "CONFIG_BESIDE=y\n")
    named = tmp_path / "named"
    named.write_text(newest.config + "CONFIG_NAMED=y\n")
    options = {"vmlinux": str(path), **newest.options()}
    kernel = load_kernel(read_machine("virt-1g", {**options, "config": str(named)}))
    assert kernel.config.enabled("NAMED") and not any("configuration" in said for said in kernel.assumed)
    kernel = load_kernel(read_machine("virt-1g", options))
    assert kernel.config.enabled("INSIDE") and "inside" in kernel.assumed[0]
    path.write_bytes(newest.kernel().image())
    kernel = load_kernel(read_machine("virt-1g", options))
    assert kernel.config.enabled("BESIDE") and kernel.machine.config == beside
    assert kernel.assumed[0] == f"the configuration is {beside}, which lies beside the kernel"
    beside.unlink()
    with pytest.raises(
        InputError, match=r"nor config-6\.12\.117-mine or config-6\.12\.117 or \.config or config"
    ):
        load_kernel(read_machine("virt-1g", options))


def test_a_configuration_with_other_pages_is_refused(tmp_path: Path, newest: Shipped) -> None:
    (tmp_path / "Image").write_bytes(newest.kernel().image())
    config = tmp_path / "other"
    config.write_text(newest.config.replace("ARM64_4K_PAGES", "ARM64_16K_PAGES"))
    options = {"vmlinux": str(tmp_path / "Image"), "config": str(config)}
    with pytest.raises(InputError, match=r"this kernel has pages of 4K, by .*/other it has pages of 16K"):
        load_kernel(read_machine("virt-1g", options))


@pytest.mark.parametrize("name", [".config", "config", "config-6.12.117"])
def test_where_a_configuration_lies_beside_a_kernel(tmp_path: Path, newest: Shipped, name: str) -> None:
    (tmp_path / "Image").write_bytes(newest.kernel().image())
    (tmp_path / name).write_text(newest.config)
    options = {"vmlinux": str(tmp_path / "Image"), **newest.options()}
    assert load_kernel(read_machine("virt-1g", options)).machine.config == tmp_path / name


def test_what_is_for_debuggers_has_its_configuration_where_all_else_is(
    tmp_path: Path, newest: Shipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    debug = tmp_path / "usr" / "lib" / "debug"
    monkeypatch.setattr(config, "DEBUG", debug)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    for folder in (debug / "boot", tmp_path / "boot"):
        folder.mkdir(parents=True)
    path = debug / "boot" / "vmlinux-6.12.117-mine"
    path.write_bytes(newest.kernel().image())
    lying = tmp_path / "boot" / "config-6.12.117-mine"
    lying.write_text(newest.config)
    options = {"vmlinux": str(path), **newest.options()}
    assert load_kernel(read_machine("virt-1g", options)).machine.config == lying


def test_a_live_kernel_has_the_configuration_beside_what_qemu_boots(tmp_path: Path, newest: Shipped) -> None:
    for folder in ("mine", "booted"):
        (tmp_path / folder).mkdir()
    file = tmp_path / "mine" / "vmlinux"
    file.write_bytes(newest.kernel().image())
    image = tmp_path / "booted" / "Image"
    options = LiveOptions(Stub(port=1), str(file), image=str(image))
    assert read_live_kernel(options, "arm64").config is None
    (tmp_path / "booted" / "config-6.12.117").write_text(newest.config)
    found = read_live_kernel(options, "arm64")
    assert found.config is not None and found.layout is not None
    assert found.files["config"] == str(tmp_path / "booted" / "config-6.12.117")


def test_the_configuration_of_a_build_lies_at_its_top(tmp_path: Path, newest: Shipped) -> None:
    boot = tmp_path / "arch" / "arm64" / "boot"
    boot.mkdir(parents=True)
    (boot / "Image").write_bytes(newest.kernel().image())
    (tmp_path / ".config").write_text(newest.config)
    options = {"vmlinux": str(boot / "Image"), **newest.options()}
    assert load_kernel(read_machine("virt-1g", options)).machine.config == tmp_path / ".config"


def test_the_key_of_a_machine_file_takes_it_too(tmp_path: Path, newest: Shipped) -> None:
    (tmp_path / "Image").write_bytes(newest.kernel(config=newest.config).image())
    (tmp_path / "board.dtb").write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    machine = tmp_path / "machine.toml"
    machine.write_text('[kernel]\nvmlinux = "Image"\n[board]\ndtb = "board.dtb"\n')
    kernel = load_kernel(read_machine(str(machine)))
    assert kernel.release == (6, 12, 117)
    machine.write_text('[kernel]\nvmlinux = "Image"\nrelease = "6.1"\n[board]\ndtb = "board.dtb"\n')
    with pytest.raises(InputError, match=r"Image: this kernel says that it is Linux 6\.12\.117, not 6\.1$"):
        load_kernel(read_machine(str(machine)))


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("6.12.117+deb12-arm64) (debian-kernel@lists.debian.org", (6, 12, 117)),
        ("6.1.0-50-arm64 (debian-kernel@lists.debian.org) (gcc 12.2.0) #1 SMP Debian 6.1.176-1", (6, 1, 176)),
        ("6.8.0-31-generic (buildd@bos03) #31-Ubuntu SMP", (6, 8, 1 << 16)),
        ("6.15.0-rc3", (6, 15, 0)),
    ],
)
def test_the_banner_tells_the_release(name: str, release: tuple[int, ...]) -> None:
    found = find_banner(b"\0" * 100 + boot_images.BANNER.format(name).encode())
    assert found is not None and found.release == release


def test_sizes_come_from_the_types_inside(tmp_path: Path, newest: Shipped) -> None:
    content = (TYPES / "btf.elf").read_bytes()
    btf = content[content.index(b"\x9f\xeb\x01\x00") :]
    image = newest.kernel(config=newest.config, btf=btf).image()
    (tmp_path / "Image").write_bytes(image)
    types, source = types_in(read_kernel_file(tmp_path / "Image"))
    assert source == f"BTF in {tmp_path / 'Image'}"
    assert types["sizeof"] == read_btf(btf, "btf")["sizeof"] != {}


def test_image_prints_what_a_kernel_tells(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, newest: Shipped
) -> None:
    path = tmp_path / "Image.gz"
    path.write_bytes(gzip.compress(newest.kernel(config=newest.config).image()))
    assert main(["image", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{path} is an arm64 Image in gzip, Linux 6.12.117"
    assert lines[2].endswith("kernel image head")
    assert any(line.endswith("kernel text") for line in lines)
    assert lines[-1] == "configuration: inside (IKCONFIG)"


def test_a_kernel_of_another_architecture_is_not_booted(tmp_path: Path) -> None:
    path = tmp_path / "vmlinux"
    content = bytearray((SHIPPED / "kernels" / "6.1-4k48" / "vmlinux.sym").read_bytes())
    content[18:20] = (62).to_bytes(2, "little")
    path.write_bytes(content)
    config = str(SHIPPED / "kernels" / "6.1-4k48" / "config")
    with pytest.raises(InputError, match="this is a kernel of x86_64, the machine is one of arm64"):
        load_kernel(read_machine("virt-1g", {"vmlinux": str(path), "config": config}))


def test_a_configuration_of_another_architecture_is_not_booted(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes((SHIPPED / "kernels" / "6.1-x86_64" / "config").read_bytes())
    sentence = "config: this is the configuration of a kernel of x86_64, the machine is one of arm64"
    with pytest.raises(InputError, match=sentence):
        load_kernel(read_machine("virt-1g", {"config": str(path)}))


SMALL = Kernel(
    [
        *(Symbol(0xFFFF_8000_8000_0000 + at, "T", name) for at, name in ((0, "_text"), (0x10000, "_stext"))),
        *(Symbol(0xFFFF_8000_8001_0000 + 16 * n, "t", f"function_{n}") for n in range(600)),
        *(Symbol(0xFFFF_8000_8001_4000 + 16 * n, "D", f"data_{n}") for n in range(10)),
    ],
    size=0x30000,
    held=0x28000,
    initdata=0x20000,
    config="CONFIG_ARM64_4K_PAGES=y\n",
).image()
PACKED = {name: boot_images.PACKED[name](SMALL) for name in ("gzip", "xz", "bzip2", "lz4", "zstd")}
PACKED["zboot"] = boot_images.zboot(SMALL, "gzip")
PACKED["Image"] = SMALL
PACKED["ELF"] = boot_images.elf(SMALL, 0xFFFF_8000_8000_0000)
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), max_size=6)


@pytest.mark.parametrize("how", sweep(PACKED, "gzip", "Image", "ELF"))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, kept=st.floats(0, 1), in_head=st.booleans())
def test_a_damaged_kernel_is_read_or_refused_in_a_sentence(
    tmp_path: Path, how: str, changes: list[tuple[int, int]], kept: float, in_head: bool
) -> None:
    content = bytearray(PACKED[how])
    for at, value in changes:
        content[at % (min(len(content), 600) if in_head else len(content))] = value
    path = tmp_path / "kernel"
    path.write_bytes(content[: int(len(content) * (kept if kept < 0.5 else 1))])
    try:
        read_kernel_file(path)
    except InputError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=800), st.sampled_from([b"", b"MZ", b"\x7fELF\2\1", SMALL[:64], b"ANDROID!"]))
def test_any_bytes_are_a_kernel_or_a_sentence(tmp_path: Path, content: bytes, start: bytes) -> None:
    path = tmp_path / "kernel"
    path.write_bytes(start + content)
    with pytest.raises(InputError) as refused:
        read_kernel_file(path)
    assert "\n" not in str(refused.value)
