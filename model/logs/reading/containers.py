"""What texts are put in that are sent or shown: quoted-printable of mails, JSON and records of programs.

Each is known by what stands in the text, is undone line by line, and counts the lines it changed.
"""

from __future__ import annotations

import json
import re
from typing import Protocol

from .html_text import Html


class Container(Protocol):
    """Something that lines are put in.  `undone` gives the lines that come out of one, `rest` those that are
    left at the end, `is_waiting` says that a line goes on in the next; `told` is what to say of it."""

    told: str

    @property
    def is_waiting(self) -> bool: ...

    def undone(self, line: str) -> list[str]: ...

    def rest(self) -> list[str]: ...


class QuotedPrintable:
    """``=3D`` for an equals sign, and ``=`` at the end of a line that goes on."""

    told = "it is quoted-printable, which is undone"
    CODE = re.compile(r"((?:=[0-9A-F]{2})+)")

    def __init__(self) -> None:
        self._begun = ""

    @staticmethod
    def is_in(text: str) -> bool:
        """Whether a text is put so."""
        return "=3D" in text

    @property
    def is_waiting(self) -> bool:
        """Whether the line goes on."""
        return bool(self._begun)

    def undone(self, line: str) -> list[str]:
        """None while the line goes on."""
        line = self._begun + line.rstrip(" \t")
        if line.endswith("=") and len(line) < 1 << 16:
            self._begun = line[:-1]
            return []
        self._begun = ""
        return [self.CODE.sub(self._decoded, line)]

    def rest(self) -> list[str]:
        """A line that would have gone on."""
        begun, self._begun = self._begun, ""
        return [self.CODE.sub(self._decoded, begun)] if begun else []

    @staticmethod
    def _decoded(found: re.Match[str]) -> str:
        return bytes.fromhex(found[1].replace("=", "")).decode("utf-8", "replace")


class Json:
    """Records of ``dmesg -J`` and ``journalctl -o json``; lines come out as ``dmesg`` prints them."""

    told = "it is JSON, whose messages are taken"
    MESSAGE = re.compile(r'"(?:msg|MESSAGE)"\s*:\s*("(?:[^"\\]|\\.)*"|\[[\d,\s]*\]?)')
    SECONDS = re.compile(r'"time"\s*:\s*"?(\d+\.\d+)')
    MONOTONIC = re.compile(r'"_SOURCE_MONOTONIC_TIMESTAMP"\s*:\s*"(\d+)"')
    TRANSPORT = re.compile(r'"_TRANSPORT"\s*:\s*"(?!kernel)|"SYSLOG_IDENTIFIER"\s*:\s*"(?!kernel)')
    START = re.compile(r'\s*(?:[\[{][\s\S]{0,20000})?"(?:pri|time|msg|MESSAGE|dmesg)"\s*:')

    def __init__(self) -> None:
        self._time = ""

    @classmethod
    def is_in(cls, text: str) -> bool:
        """Whether a text is put so."""
        return text.lstrip()[:1] in ("{", "[", '"') and bool(cls.START.match(text))

    @property
    def is_waiting(self) -> bool:
        """A message stands on one line."""
        return False

    def undone(self, line: str) -> list[str]:
        """The messages in it, several where all is on one line."""
        found: list[str] = []
        if '"time"' in line and '"msg"' not in line:
            self._time = self._stamp(line)
        end = 0
        for message in self.MESSAGE.finditer(line):
            whole = line[end:] if line.startswith("{") and line.endswith("}") else line[end : message.end()]
            end = message.end()
            if self.TRANSPORT.search(whole):
                continue
            stamp = self._stamp(whole) or self._time
            found += [stamp + text for text in self._decoded(message[1]).split("\n")]
        return found

    def rest(self) -> list[str]:
        """Nothing."""
        return []

    def _stamp(self, text: str) -> str:
        if seconds := self.SECONDS.search(text):
            return f"[{float(seconds[1]):12.6f}] "
        if monotonic := self.MONOTONIC.search(text):
            return f"[{int(monotonic[1]) / 1e6:12.6f}] "
        return ""

    @staticmethod
    def _decoded(message: str) -> str:
        try:
            found = json.loads(message)
        except ValueError:
            return message
        return found if isinstance(found, str) else bytes(found).decode("utf-8", "replace")


class Journal:
    """Records of ``journalctl -o verbose`` and ``-o export``: a field on each line."""

    told = "it has a journal's records, whose messages are taken"
    SIGN = re.compile(r"^\s{0,8}MESSAGE=", re.MULTILINE)
    FIELD = re.compile(r"\s{0,8}(_{0,2}[A-Z][A-Z_0-9]*)=(.*)")
    START = re.compile(r"\S.*\[s=|__CURSOR=|\s*$")

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}

    @classmethod
    def is_in(cls, text: str) -> bool:
        """Whether a text is put so."""
        return "PRIORITY=" in text and cls.SIGN.search(text) is not None

    @property
    def is_waiting(self) -> bool:
        """A message stands on one line."""
        return False

    def undone(self, line: str) -> list[str]:
        """The kernel's message, if the line is one."""
        if self.START.match(line):
            self._fields.clear()
        field = self.FIELD.match(line)
        if field is None:
            return []
        self._fields[field[1]] = field[2]
        if field[1] != "MESSAGE" or self._fields.get("_TRANSPORT", "kernel") != "kernel":
            return []
        microseconds = self._fields.get("_SOURCE_MONOTONIC_TIMESTAMP", "")
        stamp = f"[{int(microseconds) / 1e6:12.6f}] " if microseconds.isdecimal() else ""
        return [stamp + field[2]]

    def rest(self) -> list[str]:
        """Nothing."""
        return []


KINDS = (QuotedPrintable, Html, Json, Journal)


def containers_of(text: str, known: tuple[Container, ...]) -> tuple[Container, ...]:
    """What a text that begins so, or goes on so, is put in, from the outermost on."""
    found = {type(one): one for one in known}
    for kind in KINDS:
        if kind not in found and kind.is_in(text):
            found[kind] = kind()
    return tuple(found[kind] for kind in KINDS if kind in found)


def undone(containers: tuple[Container, ...], line: str) -> list[str]:
    """The lines that come out of one, out of all that it is put in."""
    lines = [line]
    for container in containers:
        lines = [inner for outer in lines for inner in container.undone(outer)]
    return lines


def left(containers: tuple[Container, ...]) -> list[str]:
    """The lines that come out at the end."""
    lines: list[str] = []
    for container in containers:
        lines = [inner for outer in lines for inner in container.undone(outer)] + container.rest()
    return lines
