"""Makes tests/data/frames: a small program for each architecture, stopped in its innermost function, and what
gdb says of its frames then.

    python tests/kernels/frames.py

needs gcc for both architectures, gdb-multiarch and qemu-user (Debian: gcc, gcc-aarch64-linux-gnu,
gdb-multiarch, qemu-user).
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "frames"
FLAGS = (
    *("-O2", "-g", "-gdwarf-5", "-nostdlib", "-static", "-ffreestanding", "-fno-stack-protector", "-fno-pie"),
    *("-no-pie", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-ipa-ra"),
    "-Wl,--build-id=none",
)
PORT = 3399
NUMBERED = [f"r{number}" for number in range(8, 16)]
PROGRAMS = {
    "arm64": ("aarch64-linux-gnu-gcc", "qemu-aarch64", "sp", [*(f"x{n}" for n in range(31)), "sp", "pc"], ()),
    "x86": (
        "gcc",
        "qemu-x86_64",
        "rsp",
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", *NUMBERED, "rip"],
        ("-fcf-protection=none",),
    ),
}
FRAMES = 3
ROUNDS = 2
"""How often `innermost` has been entered when it is looked at."""


def main() -> None:
    for name, (compiler, emulator, stack, registers, more) in PROGRAMS.items():
        program = DATA / f"{name}.elf"
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "program.c"
            source.write_text((DATA / "program.c").read_text())
            command = [
                compiler,
                *FLAGS,
                *more,
                f"-fdebug-prefix-map={folder}=.",
                "-o",
                str(program),
                "program.c",
            ]
            subprocess.run(command, cwd=folder, check=True)
        emulated = subprocess.Popen([emulator, "-g", str(PORT), str(program)])
        try:
            told = _asked(program, stack, registers)
        finally:
            emulated.kill()
        (DATA / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n")


def _asked(program: Path, stack: str, registers: list[str]) -> dict[str, object]:
    commands = [
        "set pagination off",
        f"target remote :{PORT}",
        "break *innermost",
        *(["continue"] * ROUNDS),
        *(f'printf "REGISTER {name} %lx\\n", ${name}' for name in registers),
        f"x/512xb ${stack}",
        *(command for level in range(1, FRAMES + 1) for command in (f"frame {level}", "info locals")),
        "kill",
    ]
    words = [word for command in commands for word in ("-ex", command)]
    gdb = ["gdb-multiarch", "-nx", "-batch", *words, str(program)]
    said = subprocess.run(gdb, capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"^REGISTER (\w+) ([0-9a-f]+)$", said, re.MULTILINE))
    rows = re.findall(r"^0x[0-9a-f]+[^:]*:((?:\s+0x[0-9a-f]{2})+)$", said, re.MULTILINE)
    stack_bytes = "".join(byte[2:] for row in rows for byte in row.split())
    frames = re.split(r"^#\d+ .*$", said[said.index("#1 ") :], flags=re.MULTILINE)
    names = re.findall(r"^#\d+ +(?:0x[0-9a-f]+ in )?(\w+)", said[said.index("#1 ") :], re.MULTILINE)
    return {
        "registers": {name: int(value, 16) for name, value in found.items()},
        "stack": stack_bytes,
        "frames": [
            # What is inlined is said twice: first as it is here.
            [name, dict(reversed(re.findall(r"^(\w+) = (.*)$", text, re.MULTILINE)))]
            for name, text in zip(names, frames[1:], strict=True)
        ],
    }


if __name__ == "__main__":
    main()
