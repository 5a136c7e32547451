"""Debian's own 6.12.117 for arm64, captured as it ran in QEMU, boots here as it did there.

Nobody here built it.  It has 52-bit addresses, and page structs that wait until all CPUs run.  Each file of
tests/data/captured is a system's files as `capture` reads them, what does not matter of its log left out; all
have one kernel, whose structures' sizes were read out of its BTF.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from pathlib import Path

import pytest
from bootstep.boots.capture.machine import capture
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.text.dmesg import all_lines
from sweeps import sweep

DATA = Path(__file__).parents[2] / "data" / "captured" / "6.12.117"
CASES = ("e-efi-dt", "m1g-kaslr", "m4g-huge1g", "numa2-6g", "virton-pkvm")
ZONE = re.compile(r"^Node (\d+), zone +(\w+)$.*?^ +spanned +(\d+)$.*?^ +present +(\d+)$", re.M | re.S)
LATER_ALLOCATIONS = 32 << 10
"""KiB that the kernel may have allocated before it says how much memory there is."""


def unpacked(name: str) -> bytes:
    return gzip.decompress((DATA / name).read_bytes())


@pytest.fixture(scope="module", params=sweep(CASES, "e-efi-dt", "m1g-kaslr"))
def booted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kernel]:
    """A captured system's root, and its kernel after the boot."""
    root = tmp_path_factory.mktemp("system") / "root"
    with tarfile.open(fileobj=io.BytesIO(unpacked(f"{request.param}.tar.gz"))) as files:
        for member in files.getmembers():
            content = files.extractfile(member)
            assert content is not None
            (root / member.name).parent.mkdir(parents=True, exist_ok=True)
            (root / member.name).write_bytes(content.read())
    for name, packed in (("proc/kallsyms", "kallsyms.gz"), ("boot/config-6.12.117+deb12-arm64", "config.gz")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(unpacked(packed))
    target = root.parent / "captured"
    capture(root, target)
    (target / "sizes.json").write_bytes(unpacked("sizes.json.gz"))
    kernel = load_kernel(read_machine(str(target / "machine.toml"), {"sizes": str(target / "sizes.json")}))
    boot(kernel)
    return root, kernel


def real_log(root: Path) -> str:
    return (root / "var/log/dmesg").read_text()


def test_every_line_about_memory_is_the_real_kernels(booted: tuple[Path, Kernel]) -> None:
    root, kernel = booted
    theirs = MemoryLines.read(real_log(root).splitlines()).known_to(kernel.release)
    ours = MemoryLines.read(list(all_lines(kernel.trace))).known_to(kernel.release)
    found = compare(ours, theirs)
    assert len(found.theirs) > 900
    assert found.first is None
    assert found.missing == 0


def test_zones_span_what_they_did(booted: tuple[Path, Kernel]) -> None:
    root, kernel = booted
    theirs = {
        (int(nid), name): (int(spanned), int(present))
        for nid, name, spanned, present in ZONE.findall((root / "proc/zoneinfo").read_text())
        if int(spanned)
    }
    ours = {
        (nid, zone.name): (zone.spanned, zone.present)
        for nid in kernel.zones.nodes
        for zone in kernel.zones.nodes[nid].zones
        if zone.spanned
    }
    assert ours == theirs
    assert theirs


def test_available_memory_is_more_only_by_what_was_allocated_since(booted: tuple[Path, Kernel]) -> None:
    root, kernel = booted
    real = re.search(r"Memory: (\d+)K/", real_log(root))
    ours = re.search(r"Memory: (\d+)K/", kernel.trace.log_text(kernel.trace.logs[-1]))
    assert real is not None and ours is not None
    assert 0 < int(ours[1]) - int(real[1]) < LATER_ALLOCATIONS


def test_its_release_has_three_numbers(booted: tuple[Path, Kernel]) -> None:
    assert booted[1].release == (6, 12, 117)
