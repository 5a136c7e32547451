"""A program that takes QEMU's words and opens the socket that ``-gdb`` names; what else it does, its first
words say: run it as ``python fake_qemu.py [WHAT …] -- QEMU's words``.

``prints TEXT`` prints a line, ``floods N`` prints N bytes, ``status N`` ends with that status at once,
``deaf`` does not end when told to, ``child FILE`` starts another process of the same group and writes both
numbers into a file, ``runaway FILE`` one that leaves the group, ``mute`` opens no socket.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

CHILD = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]


def command(*what: str) -> list[str]:
    """The words that start one."""
    return [sys.executable, "-I", "-S", __file__, *what, "--"]


def start(file: str, leaves: bool) -> None:
    """Start another process, and write its number and ours."""
    pid = os.fork()
    if pid == 0:
        if leaves:
            os.setsid()
        os.execv(CHILD[0], CHILD)
    with open(file + ".part", "w") as out:  # noqa: PTH123
        out.write(f"{os.getpid()} {pid}")
    os.rename(file + ".part", file)  # noqa: PTH104


def listen(words: list[str]) -> None:
    """Open the socket, as QEMU does."""
    if "-gdb" not in words:
        return
    path = words[words.index("-gdb") + 1].removeprefix("unix:").partition(",server")[0].replace(",,", ",")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    globals()["listener"] = listener


def main(words: list[str]) -> None:
    split = words.index("--")
    what, rest = words[:split], words[split + 1 :]
    while what:
        do = what.pop(0)
        if do == "prints":
            print(what.pop(0), flush=True)
        elif do == "floods":
            sys.stdout.write("x" * int(what.pop(0)) + "\n")
            sys.stdout.flush()
        elif do == "status":
            sys.exit(int(what.pop(0)))
        elif do == "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        elif do in ("child", "runaway"):
            start(what.pop(0), do == "runaway")
        elif do == "mute":
            rest = []
    listen(rest)
    time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1:])
