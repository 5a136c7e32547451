"""A few words of the language that QEMU's gdbstub speaks: stop a machine where its kernel has come to."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path


class Gdb:
    """A machine that waits for its first instruction, at a socket."""

    def __init__(self, path: Path, patience: float) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + patience
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def send(self, words: str) -> None:
        """Send a packet."""
        self._say(f"${words}#{sum(words.encode()) & 0xFF:02x}".encode())

    def _say(self, data: bytes) -> None:
        # When QEMU has ended there is nobody left.
        with suppress(OSError):
            self.socket.sendall(data)

    def receive(self, patience: float) -> str:
        """The next packet, "" if none comes in so many seconds."""
        raw = b""
        deadline = time.monotonic() + patience
        while raw.count(b"#") == 0 or len(raw) - raw.rindex(b"#") < 3:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                more = self.socket.recv(4096)
            except OSError:
                return ""
            if not more:
                return ""
            raw += more
        self._say(b"+")
        return raw[raw.index(b"$") + 1 : raw.rindex(b"#")].decode("latin-1")

    def run_until(self, address: int, patience: float) -> bool:
        """Let it run to a function, and stop there.  Returns whether it came there."""
        self.send(f"Z1,{address:x},1")
        self.receive(patience)
        self.send("c")
        stopped = self.receive(patience).startswith("T")
        if stopped:
            self.send(f"z1,{address:x},1")
            self.receive(patience)
        return stopped

    def interrupt(self, patience: float) -> bool:
        """Stop it where it is.  Returns whether it stopped."""
        self._say(b"\x03")
        return self.receive(patience).startswith("T")

    def go_on(self) -> None:
        """Let it run."""
        self.send("c")
