"""Debian's kernels, as ``tests/real_boots/live/fetch_kernels.sh`` left them; tests that need one are
skipped where it is not there, and say which command failed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

FETCH = "tests/real_boots/live/fetch_kernels.sh"
QEMU = {
    "arm64": ("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57"),
    "amd64": ("qemu-system-x86_64",),
}
"""By Debian's name of the architecture: the words that start a machine."""
PACKAGES = {"arm64": "qemu-system-arm", "amd64": "qemu-system-x86"}


def cache_directory() -> Path:
    """Where the kernels are."""
    told = os.environ.get("BOOTSTEP_KERNELS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(told) if told else Path(cache, "bootstep-kernels")


def architecture(kernel: str) -> str:
    """Of a kernel such as ``6.12-arm64``: ``arm64``."""
    return kernel.rpartition("-")[2]


def qemu(kernel: str) -> tuple[str, ...]:
    """The words that start a machine for a kernel such as ``6.12-arm64``; the test is skipped if they
    cannot."""
    arch = architecture(kernel)
    if shutil.which(QEMU[arch][0]) is None:
        pytest.skip(f"{QEMU[arch][0]} is not installed (apt-get install {PACKAGES[arch]})")
    return QEMU[arch]


def image(kernel: str) -> Path:
    """The file that boots of a kernel such as ``6.12-arm64``; the test is skipped if it is not there."""
    folder = cache_directory() / kernel
    if not (folder / "vmlinuz").is_file():
        try:
            why = (folder / "why-not").read_text().strip()
        except OSError:
            why = f"{FETCH} did not run"
        pytest.skip(f"no Debian kernel {kernel}: {why}")
    return folder / "vmlinuz"


def package(kernel: str) -> str:
    """The package that a kernel came in."""
    return (cache_directory() / kernel / "package").read_text().strip()
