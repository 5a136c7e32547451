"""What the shell's own parts use of the application, beyond what an action may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from ..session.context import Context

if TYPE_CHECKING:
    from textual.message import Message
    from textual.widget import Widget

    from ...model.debugger.scripts.blocks import Line
    from .failure import Failures
    from .type_ahead import TypeAhead


class Host(Context, Protocol):
    """The application as those see it who begin its session."""

    failures: Failures
    ahead: TypeAhead
    script: Iterable[Line]

    @property
    def focused(self) -> Widget | None:
        """What has the keys."""
        ...

    def post_message(self, message: Message, /) -> bool:
        """Let the application handle a message after those it has."""
        ...

    def call_after_refresh(self, callback: Callable[[], None], /) -> bool:
        """Call something when what is to be seen is on the screen."""
        ...

    def attempt(self, doing: str, act: Callable[[], None]) -> None:
        """Do something that others do not turn on."""
        ...
