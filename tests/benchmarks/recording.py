"""How long it takes to record a boot, and how much memory it costs:

    python tests/benchmarks/recording.py

Two machines: the shipped 1 GiB one, and the same with 64 GiB mapped page by page.  Each runs in a process of
its own.  The aims: 0.1 s, and a fifth of the 0.6 s that QEMU needs to get the real kernel there; 1.5 s and
200 MB.
"""

import resource
import struct
import subprocess
import sys
import time

QEMU_SECONDS = 0.6
GIB = 1 << 30
AIMS = {1: (0.1, 200), 64: (1.5, 200)}


def record(gibibytes: int) -> tuple[float, float, int]:
    """Seconds to record, megabytes of the process at its largest, and events."""
    from bootstep.boots.init.main import boot
    from bootstep.boots.loader.load import load_kernel
    from bootstep.boots.loader.machine_file import read_machine

    kernel = load_kernel(read_machine("virt-1g"))
    kernel.fdt = kernel.fdt.with_properties(
        "/memory@40000000", {"reg": struct.pack(">QQ", GIB, gibibytes * GIB)}
    )
    start = time.perf_counter()
    boot(kernel)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(kernel.trace)


def main() -> None:
    if len(sys.argv) > 1:
        print(*record(int(sys.argv[1])))
        return
    for gibibytes, (most_seconds, most_megabytes) in AIMS.items():
        runs = [
            subprocess.run(
                [sys.executable, __file__, str(gibibytes)], capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(3)
        ]
        seconds = sorted(float(run[0]) for run in runs)[1]
        megabytes = float(runs[0][1])
        print(
            f"{gibibytes:3} GiB: {int(runs[0][2]):7} events, "
            f"{seconds:.3f} s ({seconds / most_seconds:.2f} of the aim), "
            f"{megabytes:.0f} MB ({megabytes / most_megabytes:.2f} of the aim)"
        )
        if gibibytes == 1:
            times = QEMU_SECONDS / seconds
            print(f"         QEMU and the real kernel: {QEMU_SECONDS} s, {times:.1f} times as long")


if __name__ == "__main__":
    main()
