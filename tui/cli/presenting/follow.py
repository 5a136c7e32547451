"""``bootstep follow``: the speaker's notes, in a terminal beside the one that presents."""

from __future__ import annotations

import select
import shutil
import socket
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic

from ....model.base.errors import InputError
from ....model.language.words import tr
from ...session.presenting.meeting import PATIENCE, connected, meetings
from ...session.presenting.notes import (
    VERSION,
    End,
    Follow,
    Hello,
    LineReader,
    NoMessageError,
    Notes,
    Refused,
    Told,
    encoded,
    told,
)
from ..output import PlainOutput
from ..parser import Parser
from .showing import clean, page

PIECE = 1 << 16
WAIT = 1.0
"""Seconds until the clock is drawn again."""
WIDEST = 100
"""Columns of what is printed where there is no terminal."""


class Connection:
    """A presenter who has said who it is."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.reader = LineReader(lambda: client.recv(PIECE))
        client.sendall(encoded(Follow(VERSION)))
        first = self.next()
        if isinstance(first, Refused):
            raise InputError(tr("the presenter refuses: {why}", why=clean(first.why)))
        if not isinstance(first, Hello):
            raise NoMessageError
        if first.version != VERSION:
            raise InputError(
                tr(
                    "the presenter speaks version {other} of the protocol, and this is version {version}",
                    other=first.version,
                    version=VERSION,
                )
            )
        self.hello = first

    def next(self) -> Told | None:
        """What is told next; None: nobody is there any more.  Raises `NoMessageError`, and `TimeoutError`."""
        try:
            line = self.reader.line()
        except ConnectionError:
            return None
        return told(line) if line is not None else None

    def has_news(self, wait: float) -> bool:
        """Whether something is told within so many seconds."""
        return self.reader.has_line() or bool(select.select([self.client], [], [], wait)[0])


def run(words: Sequence[str]) -> int:
    """Follow; returns the exit status.  Raises `InputError`."""
    parser = Parser(
        "bootstep follow", description=tr("the speaker's notes of what another terminal presents")
    )
    parser.add_argument("number", nargs="?", metavar="N", help=tr("which presenter, where there are several"))
    parser.add_argument("--once", action="store_true", help=tr("print the notes of this moment, and end"))
    given = parser.parse_args(list(words))
    there = list(_presenters())
    try:
        chosen = _chosen(there, given.number)
        if chosen is None:
            for number, each in enumerate(there, 1):
                print(f"{number}  {_named(each.hello)}")
            print(tr("bootstep follow N follows one of them"))
            return 2
        return _follow(chosen, given.once)
    except NoMessageError:
        raise InputError(tr("what presents there sends what nobody can read")) from None
    except TimeoutError:
        raise InputError(tr("what presents there does not answer")) from None
    finally:
        for each in there:
            each.client.close()


def _presenters() -> Iterator[Connection]:
    """Those that can be followed.  One alone that cannot is told of."""
    complaints: list[InputError] = []
    count = 0
    for meeting in meetings():
        client = connected(meeting)
        if client is None:
            continue
        try:
            found = Connection(client)
        except InputError as error:
            complaints.append(error)
            client.close()
        except (NoMessageError, TimeoutError, OSError):
            complaints.append(InputError(tr("{name} sends what nobody can read", name=meeting.name)))
            client.close()
        else:
            count += 1
            yield found
    if complaints and not count:
        raise complaints[0]


def _named(hello: Hello) -> str:
    return " · ".join(filter(None, map(clean, (hello.machine, hello.tour)))) or "bootstep"


def _chosen(there: list[Connection], number: str | None) -> Connection | None:
    """The presenter that a number names; None: there are several, and no number.  Raises `InputError`."""
    if not there:
        raise InputError(tr("nobody presents: 'bootstep --present' in another terminal does"))
    if number is None:
        return there[0] if len(there) == 1 else None
    if not number.isdecimal() or not 1 <= int(number[:6]) <= len(there):
        raise InputError(
            tr("{number}: expected the number of a presenter, 1 to {count}", number=number, count=len(there))
        )
    return there[int(number) - 1]


def _follow(connection: Connection, is_once: bool) -> int:
    if is_once:
        notes = connection.next()
        if isinstance(notes, Notes):
            _put(notes)
        else:
            print(tr("The presentation has ended."))
        return 0
    with suppress(KeyboardInterrupt):
        with _screen() as is_drawn:
            _show(connection, is_drawn)
        print(tr("The presentation has ended."))
    return 0


def _show(connection: Connection, is_drawn: bool) -> None:
    """Show what is told until its end."""
    notes, began = Notes(), monotonic()
    while True:
        is_new = connection.has_news(WAIT)
        if is_new:
            connection.client.settimeout(PATIENCE)
            message = connection.next()
            if message is None or isinstance(message, End):
                return
            if not isinstance(message, Notes):
                raise NoMessageError
            notes, began = message, monotonic() - message.elapsed
        if is_drawn:
            _draw(notes, monotonic() - began)
        elif is_new:
            _put(notes)
            print(flush=True)


def _put(notes: Notes) -> None:
    print("\n".join(page(notes, notes.elapsed, WIDEST)), flush=True)


def _draw(notes: Notes, elapsed: float) -> None:
    """Over what stands there, row by row, so that nothing flickers."""
    width, height = shutil.get_terminal_size()
    rows = page(notes, elapsed, max(width, 20), max(height, 6))[:height]
    _order("\x1b[H" + "\r\n".join(f"{row}\x1b[K" for row in rows) + "\x1b[J")


def _order(text: str) -> None:
    """Write what the terminal is to obey, which `PlainOutput` would not let by."""
    terminal = sys.stdout.stream if isinstance(sys.stdout, PlainOutput) else sys.stdout
    terminal.write(text)
    terminal.flush()


@contextmanager
def _screen() -> Generator[bool]:
    """The terminal's other screen, without a cursor, if there is a terminal; whether there is."""
    if not sys.stdout.isatty():
        yield False
        return
    _order("\x1b[?1049h\x1b[?25l")
    try:
        yield True
    finally:
        _order("\x1b[?25h\x1b[?1049l")
