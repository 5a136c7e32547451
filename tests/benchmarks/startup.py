"""Start-up of the TUI against an empty Textual app, each in a process of its own, in turn.

`python tests/benchmarks/startup.py [RUNS]` prints medians and ratios: from the start of the process to the
first screen that is painted, and to the first that shows the boot; by the clock, and in time of processors,
which depends less on what else runs.  Byte-code is cached, or the numbers mean nothing: so
PYTHONDONTWRITEBYTECODE must not be set; one run of each does not count.  Nor does what whoever measures has
kept: breakpoints of an earlier run would be read, and who was never here would be welcomed.

`python tests/benchmarks/startup.py count` counts instructions instead, by Valgrind: these say what changed
however busy the machine is, though not what it means in seconds.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FINISH = """
        import os, sys, time
        sys.__stdout__.write(f"{time.time()} {time.process_time()}")
        sys.__stdout__.flush()
        os._exit(0)
"""

EMPTY = f"""
from textual.app import App
class Empty(App):
    def on_mount(self):
        self.call_after_refresh(self.finish)
    def finish(self): {FINISH}
Empty().run(headless=True, size=(160, 45))
"""

OURS = f"""
import gc
gc.disable()  # as cli/main.py does
from bootstep.tui.shell.app import BootstepApp
def finish(): {FINISH}
measured = BootstepApp(None)
measured.recorder.start = finish
measured.run(headless=True, size=(160, 45))
"""

STANDING = f"""
import gc
gc.disable()
from bootstep.tui.shell.app import BootstepApp
def finish(): {FINISH}
def load():
    from bootstep.boots.loader.machine_file import read_machine
    from bootstep.tui.session.recording import of_machine
    return of_machine(read_machine())
measured = BootstepApp(load)
measured.recorder.shown = finish
measured.run(headless=True, size=(160, 45))
"""

CALLED = f"""
from bootstep.tui.cli import main
main.gc.disable()
from bootstep.tui.shell import run
def finish(): {FINISH}
class Measured(run.BootstepApp):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.recorder.shown = finish
    def run(self):
        super().run(headless=True, size=(160, 45))
run.BootstepApp = Measured
run.need_terminal = lambda: None
main.main([])
"""

PROGRAMS = {
    "an empty Textual app": EMPTY,
    "bootstep, first screen": OURS,
    "bootstep, standing at the first step": STANDING,
    "the same by its command line": CALLED,
}


COUNTING = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def millions(program: str) -> float:
    """The instructions, in millions, of a Python process until it prints the time."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*COUNTING, sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    found = COUNTED.search(done.stderr)
    assert found, done.stderr
    return int(found[1].replace(",", "")) / 1e6


def count() -> None:
    """Count each program's instructions once: they differ by less than a hundredth."""
    for program in PROGRAMS.values():
        seconds(program)
    counted = {name: millions(program) for name, program in PROGRAMS.items()}
    base = counted["an empty Textual app"]
    for name, found in counted.items():
        print(f"{name:38} {found:7.0f} million instructions {found / base:6.2f} x")


def seconds(program: str) -> tuple[float, float]:
    """From the start of a Python process to the time it prints: by the clock, and of processors."""
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    end, used = map(float, done.stdout.split())
    return end - start, used


def main(runs: int) -> None:
    """Run all programs in turn, so that a busy moment hits each of them."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
    for program in PROGRAMS.values():
        seconds(program)
    for _ in range(runs):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    medians = {
        name: [statistics.median(column) for column in zip(*taken, strict=True)]
        for name, taken in times.items()
    }
    base = medians["an empty Textual app"]
    print(f"{'':38} {'clock':>10} {'':9} {'processors':>13}")
    for name, (clock, used) in medians.items():
        ratios = clock / base[0], used / base[1]
        print(
            f"{name:38} {clock * 1000:7.0f} ms {ratios[0]:6.2f} x {used * 1000:10.0f} ms {ratios[1]:6.2f} x"
        )


def as_who_was_here_before(directory: Path) -> None:
    """Nothing is kept but that the welcome was left."""
    (directory / "bootstep").mkdir()
    (directory / "bootstep" / "welcomed").touch()
    os.environ["XDG_STATE_HOME"] = str(directory)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        as_who_was_here_before(Path(kept))
        if sys.argv[1:] == ["count"]:
            count()
        else:
            main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
