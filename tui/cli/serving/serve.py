"""``bootstep serve``: the app for a class, in browsers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.base.units import parse_size, printable
from ....model.language.words import tr
from .. import sources
from ..headless import record, say
from ..parser import Parser, number_of
from .read_files import read_while

if TYPE_CHECKING:
    from .invitation import Offer
    from .server import Limits

HOST, PORT = "127.0.0.1", 8000
LOOPBACK = frozenset((HOST, "::1", "localhost"))
SESSIONS, IDLE, MEMORY = "30", "20", "1G"
MOST_SESSIONS = 1000
LEAST_MEMORY = 256 << 20
UNITS = {"s": 1, "m": 60, "h": 3600}


def run(words: Sequence[str]) -> int:
    """Serve until somebody ends it.  Raises `InputError`."""
    parser = Parser(
        "bootstep serve",
        description=tr(
            "Serve the app to browsers: each visitor has a session of their own and reaches no file of this "
            "computer. A link may carry a machine, a position, a language and a tour: "
            "http://127.0.0.1:8000/?machine=pc-8g&at=paging_init&lang=zh"
        ),
    )
    parser.add_argument(
        "machine",
        nargs="?",
        metavar="MACHINE",
        help=tr("what opens first (virt-1g); all shipped ones are offered"),
    )
    _add_options(parser)
    given = sources.parse(parser, words)
    port, limits = (
        number_of("--port", given.port, 0, 65535),
        _limits(given.sessions, given.idle, given.session_memory),
    )
    if find_spec("textual_serve") is None:
        raise InputError(tr("to serve needs textual-serve: pip install 'bootstep[serve]'"))
    offer, read = _offer(given.machine, words, lambda: record(sources.named(given.machine, given).open()))
    is_loopback = given.host in LOOPBACK
    if not is_loopback:
        say(
            tr(
                "warning: whoever reaches {host} can open sessions on this computer, without a password or "
                "encryption",
                host=printable(given.host),
            )
        )
    return _serve(offer, limits, read, given.host, port)


def _add_options(parser: Parser) -> None:
    parser.add_argument(
        "--port", metavar="N", default=str(PORT), help=tr("the port ({port}; 0: any)", port=PORT)
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default=HOST,
        help=tr("the address to listen at, instead of this computer's own alone ({host})", host=HOST),
    )
    parser.add_argument(
        "--sessions", metavar="N", default=SESSIONS, help=tr("sessions at a time ({count})", count=SESSIONS)
    )
    parser.add_argument(
        "--idle",
        metavar="TIME",
        default=IDLE + "m",
        help=tr("end a session in which nobody typed for so long: 90s, 20m, 2h ({time})", time=IDLE + "m"),
    )
    parser.add_argument(
        "--session-memory",
        metavar="SIZE",
        default=MEMORY,
        help=tr("address space that each session may have ({size})", size=MEMORY),
    )


def _offer(word: str | None, words: Sequence[str], read: Callable[[], object]) -> tuple[Offer, list[str]]:
    """The machines that visitors may open, and the files that the one of the command line is made of: it is
    opened once to know them, and to hear at once if it cannot be."""
    from ....boots.loader.machine_file import DEFAULT, shipped_machines
    from ....model.lecture.tours.shipped import shipped_names
    from .invitation import Offer

    files = read_while(read)
    own = _own_words(words)
    first = word if word in shipped_machines() and own == [word] else "this" if own else DEFAULT
    machines = {first: tuple(own) or (DEFAULT,)}
    machines |= {name: (name,) for name in shipped_machines() if name not in machines}
    return Offer(machines, frozenset(shipped_names())), files


SERVING = ("--port", "--host", "--sessions", "--idle", "--session-memory")
"""The options that are the server's own; all others are the machine's."""


def _own_words(words: Sequence[str]) -> list[str]:
    """The words of the command line that name the machine and change it."""
    kept: list[str] = []
    skips = False
    for word in words:
        if skips or word.partition("=")[0] in SERVING:
            skips = not skips and "=" not in word
            continue
        kept.append(word)
    return kept


def _serve(offer: Offer, limits: Limits, read: list[str], host: str, port: int) -> int:
    from .listening import serve

    try:
        serve(offer, limits, read, host, port, host in LOOPBACK)
    except OSError as error:
        where = f"{printable(host)}:{port}"
        raise InputError(tr("{where}: {reason}", where=where, reason=error.strerror or error)) from None
    finally:
        sys.stderr.flush()
    return 0


def _limits(sessions: str, idle: str, memory: str) -> Limits:
    from .server import Limits

    count = number_of("--sessions", sessions, 1, MOST_SESSIONS)
    number, unit = (idle[:-1], idle[-1:]) if idle[-1:] in UNITS else (idle, "m")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)):
        raise InputError(tr("--idle {text}: expected a time, such as 90s, 20m or 2h", text=printable(idle)))
    try:
        size = parse_size(memory)
    except ValueError:
        size = 0
    if size < LEAST_MEMORY:
        raise InputError(
            tr("--session-memory {text}: expected a size of at least 256M", text=printable(memory))
        )
    return Limits(count, float(int(number) * UNITS[unit]), size)
