"""Where the running kernel hides its symbols, `capture` takes those of the installed one."""

from __future__ import annotations

from pathlib import Path

import pytest
from boot_images import Kernel, Symbol
from bootstep.boots.capture.kernel import capture_kernel
from bootstep.boots.capture.source import Source
from bootstep.boots.loader.machine_file import SHIPPED

RELEASE = "6.12.117-test"
START = 0xFFFF_8000_8000_0000
SYMBOLS = [
    *(Symbol(START + at, "T", name) for at, name in ((0, "_text"), (0x10000, "_stext"))),
    *(Symbol(START + 0x10000 + 16 * number, "t", f"function_{number}") for number in range(300)),
]


def system(root: Path, kernel: str, hidden: bool = True) -> Source:
    """A system whose installed kernel says that it is `kernel`."""
    config = (SHIPPED / "kernels" / "6.12-4k48" / "config").read_bytes()
    symbols = "".join(f"{0 if hidden else s.address:016x} {s.kind} {s.name}\n" for s in SYMBOLS)
    files = {
        "proc/sys/kernel/osrelease": f"{RELEASE}\n".encode(),
        "proc/kallsyms": symbols.encode(),
        f"boot/config-{RELEASE}": config,
        f"boot/vmlinuz-{RELEASE}": Kernel(SYMBOLS, release=kernel).image(),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return Source(root)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_hidden_symbols_are_those_of_the_installed_kernel(tmp_path: Path) -> None:
    source = system(tmp_path / "root", RELEASE)
    captured = capture_kernel(source, "")
    assert captured.keys["vmlinux"] == str(tmp_path / "root" / "boot" / f"vmlinuz-{RELEASE}")
    assert "kallsyms" not in captured.keys
    assert any("inside" in words and f"vmlinuz-{RELEASE}" in words for words in source.derived)


def test_symbols_that_are_told_go_before(tmp_path: Path) -> None:
    captured = capture_kernel(system(tmp_path / "root", RELEASE, hidden=False), "")
    assert captured.keys["kallsyms"] == "kallsyms" and "vmlinux" not in captured.keys


def test_the_installed_kernel_must_be_the_one_that_runs(tmp_path: Path) -> None:
    captured = capture_kernel(system(tmp_path / "root", "6.12.120-test"), "")
    assert not {"vmlinux", "kallsyms"} & captured.keys.keys()
