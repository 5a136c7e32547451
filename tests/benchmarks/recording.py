"""How long it takes to record a boot, and how much memory it costs:

    python tests/benchmarks/recording.py

Four machines: the shipped 1 GiB one, and the same with 64 GiB mapped page by page; PCs with 8 GiB and with
1 TiB, that one with pages of 1 GiB.  Each runs in a process of its own.  The aims: 0.1 s, and a fifth of the
0.6 s that QEMU needs to get the real kernel there; 1.5 s and 200 MB; 0.1 s; 0.5 s.
"""

import resource
import struct
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine

QEMU_SECONDS = 0.6
GIB = 1 << 30
AIMS = {"virt 1": (0.1, 200), "virt 64": (1.5, 200), "pc 8": (0.1, 200), "pc 1024": (0.5, 200)}
"""Seconds and megabytes, by the board and its GiB."""
LOW_MEMORY = "0 9fc00 usable\n9fc00 a0000 reserved\nf0000 100000 reserved\n100000 bffe0000 usable\n"


def virt(gibibytes: int) -> Kernel:
    """The shipped machine with so much memory."""
    kernel = load_kernel(read_machine("virt-1g"))
    kernel.fdt = kernel.fdt.with_properties(
        "/memory@40000000", {"reg": struct.pack(">QQ", GIB, gibibytes * GIB)}
    )
    return kernel


def pc(gibibytes: int) -> Kernel:
    """A PC with 3 GiB below the hole, and the rest above 4 GiB."""
    with TemporaryDirectory() as name:
        above = f"100000000 {(gibibytes + 1) * GIB:x} usable\n"
        Path(name, "e820.txt").write_text(LOW_MEMORY + above)
        Path(name, "pc.toml").write_text(
            '[kernel]\nrelease = "6.1"\narch = "x86_64"\n'
            '[board]\ne820 = "e820.txt"\ncpu = "qemu64,+pdpe1gb"\n[boot]\nkind = "e820"\n'
        )
        return load_kernel(read_machine(str(Path(name, "pc.toml"))))


def record(board: str, gibibytes: int) -> tuple[float, float, int]:
    """Seconds to record, megabytes of the process at its largest, and events."""
    kernel = {"virt": virt, "pc": pc}[board](gibibytes)
    start = time.perf_counter()
    boot(kernel)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(kernel.trace)


def main() -> None:
    if len(sys.argv) > 1:
        print(*record(sys.argv[1], int(sys.argv[2])))
        return
    for machine, (most_seconds, most_megabytes) in AIMS.items():
        runs = [
            subprocess.run(
                [sys.executable, __file__, *machine.split()], capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(3)
        ]
        seconds = sorted(float(run[0]) for run in runs)[1]
        megabytes = float(runs[0][1])
        print(
            f"{machine:>7} GiB: {int(runs[0][2]):7} events, "
            f"{seconds:.3f} s ({seconds / most_seconds:.2f} of the aim), "
            f"{megabytes:.0f} MB ({megabytes / most_megabytes:.2f} of the aim)"
        )
        if machine == "virt 1":
            times = QEMU_SECONDS / seconds
            print(f"         QEMU and the real kernel: {QEMU_SECONDS} s, {times:.1f} times as long")


if __name__ == "__main__":
    main()
