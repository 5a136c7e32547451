"""What is kept of a machine between runs, in a file of its own: breakpoints, watches and bookmarks.

A file that cannot be read is told of in one sentence and put aside, never written over; what one boot does
not know (another command line may) stays in the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import Struct, structs

from ...model.language.words import tr

if TYPE_CHECKING:
    from ...boots.core.inputs import Machine
    from ...model.debugger.breakpoints.breakpoints import Breakpoint
    from ...model.debugger.debugger import Debugger
    from ...model.source.facts import Facts

FORMAT = "bootstep session 1"
ASIDE = ".unreadable"
"""What is added to the name of a file that is put aside."""


class StoreSubject(Struct, frozen=True):
    """What a file is about: a machine by its name, and its kernel."""

    machine: str
    kernel: str

    @classmethod
    def of(cls, machine: Machine) -> StoreSubject:
        """A machine as people know it: one that is no shipped one by the path of its file."""
        from ...boots.loader.machine_file import SHIPPED

        path = Path(machine.name)
        name = str(path.absolute()) if path.is_file() else machine.name
        image = machine.vmlinux or machine.kallsyms
        if image is not None and image.is_relative_to(SHIPPED):
            image = image.relative_to(SHIPPED)
        return cls(name, f"{machine.release} {machine.arch} {image or ''}".rstrip())

    @classmethod
    def of_file(cls, path: Path, facts: Facts) -> StoreSubject:
        """A boot that was recorded in a file."""
        return cls(str(path.absolute()), f"{facts.release} {facts.arch.name}")

    @property
    def filename(self) -> str:
        """The name of its file, which no other has."""
        stem = re.sub(r"[^A-Za-z0-9.-]+", "_", Path(self.machine).stem)[:40] or "machine"
        from hashlib import sha256

        digest = sha256(f"{self.machine}\0{self.kernel}".encode()).hexdigest()[:10]
        return f"{stem}-{digest}.json"


def state_directory() -> Path:
    """Where this platform wants such files (on Linux ``$XDG_STATE_HOME/bootstep``)."""
    import platformdirs

    return platformdirs.user_state_path("bootstep", appauthor=False) / "machines"


LARGEST = 4 << 20
"""Bytes of the largest file of things kept that is read."""


class SessionStore:
    """The file of one machine, in a directory; without one nothing is kept.  No method fails: each returns
    sentences about what went wrong, if anything did."""

    def __init__(self, directory: Path | None, subject: StoreSubject | None) -> None:
        self.path = directory / subject.filename if directory and subject else None
        self.subject = subject
        self._left: dict[str, Any] = {}
        self._known: tuple[object, ...] = ()
        self._is_readable = True
        self._is_writable = True

    def restore(self, debugger: Debugger) -> str:
        """Set what was kept.  What a boot that has only begun does not know yet waits for `complete`."""
        data, complaint = self._read()
        if data is not None:
            self._take_up(debugger, data)
            _mark_kept(debugger)
        self._known = _everything(debugger)
        return complaint

    def words(self, debugger: Debugger) -> str:
        """What came back, in a sentence for the greeting."""
        points = len(debugger.breakpoints.all())
        marks = len(debugger.bookmarks) + len(self._left.get("bookmarks", ()))
        counted = [_counted(points, "breakpoint"), _counted(marks, "bookmark")]
        found = " and ".join(filter(None, counted))
        return tr("Back from last time: {found}.", found=found) if found else ""

    def complete(self, debugger: Debugger) -> list[str]:
        """Set what had to wait until all was recorded.  A sentence for each thing this boot does not know."""
        if self.path is None or not any(self._left.values()):
            return []
        known = {point.number for point in debugger.breakpoints.all()}
        complaints = self._take_up(debugger, self._left)
        _mark_kept(debugger, known)
        self._known = _everything(debugger)
        return [
            tr("{path}: not known to this boot, and left there: {each}", path=self.path, each=each)
            for each in complaints
        ]

    def keep(self, debugger: Debugger) -> str:
        """Write the file if there is something new."""
        if self.path is None or not self._is_writable:
            return ""
        now = _everything(debugger)
        if now == self._known:
            return ""
        self._known = now
        try:
            self._write(self.path, self._text(debugger))
        except OSError as error:
            self._is_writable = False
            return tr(
                "{path}: {reason}; breakpoints and bookmarks are not kept",
                path=self.path,
                reason=_reason(error),
            )
        return ""

    def carry(self, old: Debugger, new: Debugger) -> list[str]:
        """Take everything over from one boot of the machine to another, in the place of what that one has.
        What it does not know stays for one that does; a sentence for each."""
        from ...model.debugger.persistence import saved

        data = saved(old)
        kept = {point.spec for point in old.breakpoints.all() if point.is_kept}
        for point in new.breakpoints.all():
            new.breakpoints.delete(point.number)
        new.bookmarks.clear()
        complaints = self._take_up(
            new,
            {
                "breakpoints": [*data["breakpoints"], *self._left.get("breakpoints", ())],
                "bookmarks": {**self._left.get("bookmarks", {}), **data["bookmarks"]},
            },
        )
        for point in new.breakpoints.all():
            point.is_kept = point.spec in kept
        self._known = _everything(new)
        return complaints

    def _take_up(self, debugger: Debugger, data: dict[str, Any]) -> list[str]:
        from ...model.debugger.persistence import take_up

        complaints, self._left = take_up(debugger, data)
        return complaints

    def _text(self, debugger: Debugger) -> str:
        from ...model.debugger.persistence import saved

        now = saved(debugger)
        data = {
            "format": FORMAT,
            **(structs.asdict(self.subject) if self.subject else {}),
            "breakpoints": [*now["breakpoints"], *self._left.get("breakpoints", ())],
            "bookmarks": {**self._left.get("bookmarks", {}), **now["bookmarks"]},
        }
        import json  # most starts change nothing

        return json.dumps(data, indent=1, sort_keys=True) + "\n"

    def _read(self) -> tuple[dict[str, Any] | None, str]:
        """What the file holds, if it is there, is readable and is about this machine."""
        if self.path is None:
            return None, ""
        try:
            written = self.path.read_bytes() if self.path.stat().st_size < LARGEST else b""
            data: object = msgspec.json.decode(written)
        except FileNotFoundError:
            return None, ""
        except OSError as error:
            return self._unreadable(_reason(error))
        except (ValueError, RecursionError):
            return self._unreadable(tr("this is not what bootstep wrote"))
        fields = cast("dict[str, Any]", data if isinstance(data, dict) else {})
        if not (isinstance(fields.get("breakpoints"), list) and isinstance(fields.get("bookmarks"), dict)):
            return self._unreadable(tr("this is not what bootstep wrote"))
        if fields.get("format") != FORMAT:
            return self._unreadable(tr("another version of bootstep wrote this, or another program"))
        machine, kernel = fields.get("machine"), fields.get("kernel")
        if (machine, kernel) != (self.subject and structs.astuple(self.subject)):
            return self._unreadable(tr("this is about another machine"))
        return fields, ""

    def _unreadable(self, reason: str) -> tuple[None, str]:
        self._is_readable = False
        return (
            None,
            tr(
                "{path}: {reason}, so nothing was restored; it is put aside before anything is kept",
                path=self.path,
                reason=reason,
            ),
        )

    def _write(self, path: Path, text: str) -> None:
        """Write all of it or nothing.  Raises `OSError`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self._is_readable:
            path.replace(path.with_name(path.name + ASIDE))
            self._is_readable = True
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _mark_kept(debugger: Debugger, but: Collection[int] = ()) -> None:
    """All but some breakpoints come from an earlier run: the first stop of each says so."""
    for point in debugger.breakpoints.all():
        point.is_kept = point.number not in but


def _everything(debugger: Debugger) -> tuple[object, ...]:
    """What is kept, in a form that is quickly compared."""
    points = tuple(
        (
            *(each.number, each.spec, each.condition, each.ignore, each.temporary, each.enabled),
            *(each.stops_left, _message(each)),
        )
        for each in debugger.breakpoints.all()
    )
    return (points, *debugger.bookmarks.items())


def _message(point: Breakpoint) -> str | None:
    return point.message.text if point.message else None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""


def _reason(error: OSError) -> str:
    return (error.strerror or tr("cannot be used")).lower()
