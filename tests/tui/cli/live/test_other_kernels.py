"""``bootstep live`` with a kernel that is not the one that runs: one sentence with both, and status 2."""

from __future__ import annotations

from pathlib import Path

import bootstep
import pytest

from ....support.command import run
from ....support.played_arches import ARM64, X86_64, PlayedArch
from ....support.played_recordings import Recording
from ....support.played_stub import listening

KERNELS = Path(bootstep.boots.__file__).parent / "machines" / "kernels"
SHIPPED = {
    ARM64.name: KERNELS / "6.1-4k48" / "vmlinux.sym",
    X86_64.name: KERNELS / "6.1-x86_64" / "vmlinux.sym",
}
OTHERS = b"Linux version 6.6.9 (you@there) (clang 17) #12 SMP Tue Feb  2 00:00:00 UTC 2024"


def refused(capsys: pytest.CaptureFixture[str], recording: Recording, vmlinux: Path) -> str:
    """The last sentence."""
    with listening(recording.stub, recording.folder):
        words = ("--gdb", f"unix:{recording.options.stub.path}", "--vmlinux", str(vmlinux))
        status, out, err = run(
            capsys, "live", "--no-tui", "--entry", hex(recording.kernel.arch.load_address), *words
        )
    assert (status, out) == (2, "")
    assert recording.stub.detached, "the target is let go"
    return err.splitlines()[-1]


@pytest.mark.parametrize(("runs", "named"), [(ARM64, X86_64), (X86_64, ARM64)], ids=["arm64", "x86_64"])
def test_one_of_another_architecture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, runs: PlayedArch, named: PlayedArch
) -> None:
    file = SHIPPED[named.name]
    sentence = refused(capsys, Recording(tmp_path, arch=runs, places=4), file)
    assert sentence == (
        f"bootstep: {file}: this is a kernel of {named.name}, the machine is one of {runs.name}"
    )


@pytest.mark.parametrize("arch", [ARM64, X86_64], ids=lambda arch: arch.name)
def test_one_of_the_same_architecture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arch: PlayedArch
) -> None:
    """The memory where this one's banner would be has something else, and further on is another banner."""
    recording = Recording(tmp_path, arch=arch, places=4)
    kernel = bytearray(16 << 20)
    kernel[0x90_0000 : 0x90_0000 + len(OTHERS)] = OTHERS
    for place, data in arch.physical.items():
        if 0 <= (at := place - arch.load_address) < len(kernel):
            kernel[at : at + len(data)] = data
    recording.machine.physical = {**recording.machine.physical, arch.load_address: kernel}
    sentence = refused(capsys, recording, SHIPPED[arch.name])
    assert sentence == (
        f"bootstep: {SHIPPED[arch.name]} is not the kernel that runs: it is 6.1.192; in memory there is "
        "Linux version 6.6.9 #12 SMP Tue Feb  2 00:00:00 UTC 2024"
    )
