"""What a link asks for, and what of that a visitor gets: a machine that is offered, a position, a language, a
tour.  Nothing a visitor writes becomes the name of a file."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.base.units import printable
from ....model.language.choice import language_named
from ....model.language.words import tr

LONGEST = 200
"""Characters of a word in a link."""
PARTS = ("machine", "at", "lang", "tour")


class Offer(Struct, frozen=True):
    """What visitors may open: machines by the words that links have for them, each with the words of the
    command line that open it, the one that opens without a word first; and the names of tours."""

    machines: Mapping[str, tuple[str, ...]]
    tours: frozenset[str] = frozenset()


class Visit(Struct, frozen=True):
    """What one visitor opens; "" where the link did not say."""

    machine: str
    at: str = ""
    lang: str = ""
    tour: str = ""

    @property
    def token(self) -> str:
        """The same in the path of an address."""
        given = {name: value for name in PARTS if (value := getattr(self, name))}
        return urlsafe_b64encode(urlencode(given).encode()).decode().rstrip("=")


def visit_of(query: Mapping[str, str], offer: Offer) -> Visit:
    """What a link's query asks for.  Raises `InputError`."""
    given = {name: query.get(name, "") for name in PARTS}
    for name, value in given.items():
        if len(value) > LONGEST or not value.isprintable():
            raise InputError(
                tr("{name}: expected at most {most} printable characters", name=name, most=LONGEST)
            )
    machine = given["machine"] or next(iter(offer.machines))
    if machine not in offer.machines:
        known = ", ".join(offer.machines)
        raise InputError(tr("{name} is not served here; {known} are", name=printable(machine), known=known))
    if given["tour"] and given["tour"] not in offer.tours:
        raise InputError(tr("there is no tour {name} here", name=printable(given["tour"])))
    lang = language_named(given["lang"]) if given["lang"] else ""
    return Visit(machine, given["at"], lang, given["tour"])


def visit_of_token(token: str, offer: Offer) -> Visit:
    """What the path of an address asks for.  Raises `InputError`."""
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except ValueError:
        raise InputError(tr("this address is cut off")) from None
    return visit_of(dict(parse_qsl(text)), offer)


def command_words(visit: Visit, offer: Offer) -> list[str]:
    """The words of the command line that open it."""
    machine = offer.machines[visit.machine]
    words = ["tour", visit.tour, *machine] if visit.tour else [*machine]
    words += [f"--at={visit.at}"] if visit.at and not visit.tour else []
    words += [f"--lang={visit.lang}"] if visit.lang else []
    return words
