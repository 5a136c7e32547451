"""The options that begin a presentation, for the commands that open a boot."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.language.words import tr

if TYPE_CHECKING:
    from ...session.presenting.options import PresentOptions


def add_presenting(parser: argparse.ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group(tr("presenting"))
    group.add_argument(
        "--present",
        action="store_true",
        help=tr("for a projector: few panes, the changed one raised, keys and time shown"),
    )
    group.add_argument("--no-keys", action="store_true", help=tr("with --present: do not show the keys"))
    group.add_argument("--minutes", metavar="N", help=tr("with --present: the time that is planned"))


def presenting_of(given: argparse.Namespace) -> PresentOptions | None:
    """How to present, or None.  Raises `InputError`."""
    if not given.present:
        for name, is_given in (("--minutes", given.minutes is not None), ("--no-keys", given.no_keys)):
            if is_given:
                raise InputError(tr("{option} goes with --present", option=name))
        return None
    from ...session.presenting.options import PresentOptions
    from ...session.presenting.timer import LONGEST, minutes_of

    asked: str | None = given.minutes
    minutes = minutes_of(asked) if asked is not None else 0
    if minutes is None:
        raise InputError(
            tr(
                "--minutes {given}: expected a number of minutes, at most {most}",
                given=str(asked)[:40],
                most=LONGEST,
            )
        )
    return PresentOptions(not given.no_keys, minutes, given.theme is not None)
