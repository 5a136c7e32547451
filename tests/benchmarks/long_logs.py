"""How long it takes to read one boot out of a long log, and how much memory it costs:

    python tests/benchmarks/long_logs.py

Logs of two million lines, with a boot in the middle, at the start, or nowhere; each is read in a process of
its own, from a file, packed, and through a pipe.  The aims: 10 s and 300 MB; a log of 2,000 lines in 0.3 s.
"""

import gzip
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 2_000_000
AIMS = 10.0, 300
BOOT = [
    "Booting Linux on physical CPU 0x0000000000 [0x410fd030]",
    "Linux version 6.7.0 (user@host) (aarch64-linux-gnu-gcc) #17 SMP PREEMPT",
    *(
        f"memblock_reserve: [{at << 20:#018x}-{(at << 20) + 0xFFFF:#018x}] memblock_alloc_range+0xdc/0x16c"
        for at in range(1024, 2960)
    ),
    "Memory: 360304K/524288K available (8126K kernel code, 131216K reserved)",
    "Freeing unused kernel memory: 224K",
]
SYSLOG = "Jan  1 00:00:37 host kernel: "


def stamped(seconds: float, text: str, before: str) -> str:
    return f"{before}[{seconds:12.6f}] {text}\n"


def long_log(path: Path, boot_at: int | None, before: str) -> None:
    """A log whose other lines are those of a system that runs."""
    others = random.Random(1)
    words = [
        "usb 1-1: new high-speed USB device",
        "audit: type=1400 apparmor",
        "IPv6: ADDRCONF(NETDEV_UP)",
        "x" * 120,
    ]
    with path.open("w") as file:
        for number in range(LINES):
            if number == boot_at:
                file.writelines(stamped(0.0, line, before) for line in BOOT)
            file.write(stamped(100 + number / 1000, others.choice(words), before))


def read(path: str) -> tuple[float, float, int]:
    """Seconds to read it, megabytes of the process at its largest, and lines."""
    from bootstep.model.logs.reading.read_log import read_log

    start = time.perf_counter()
    log = read_log(path)
    return (
        time.perf_counter() - start,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        len(log.lines),
    )


def main() -> None:
    if len(sys.argv) > 1:
        print(*read(sys.argv[1]))
        return
    missed = False
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "dmesg"
        for what, boot_at, before in (
            ("in the middle", LINES // 2, ""),
            ("at the start", 0, ""),
            ("in a syslog", LINES // 2, SYSLOG),
            ("nowhere", None, ""),
        ):
            long_log(path, boot_at, before)
            command = [sys.executable, __file__]
            packed = Path(directory) / "dmesg.gz"
            with path.open("rb") as plain, gzip.open(packed, "wb", 1) as file:
                shutil.copyfileobj(plain, file)
            for how, name in (("", path), (", packed", packed), (", through a pipe", "-")):
                with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as pipe:
                    ran = subprocess.run(
                        [*command, str(name)], stdin=pipe.stdout, capture_output=True, text=True
                    )
                    pipe.kill()
                seconds, megabytes, lines = map(float, ran.stdout.split())
                missed |= seconds > AIMS[0] or megabytes > AIMS[1]
                print(f"a boot {what}{how}: {lines:.0f} lines in {seconds:.2f} s, {megabytes:.0f} MB")
        path.write_text("".join(stamped(0.0, line, "") for line in BOOT))
        seconds, megabytes, lines = map(
            float, subprocess.check_output([*command, str(path)], text=True).split()
        )
        print(f"a short log: {lines:.0f} lines in {seconds:.2f} s, {megabytes:.0f} MB")
    sys.exit(missed or seconds > 0.3)


if __name__ == "__main__":
    main()
