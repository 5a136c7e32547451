"""Keys that are typed while the kernel and its machine are read: they are done when there is a boot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING

from textual.events import Key

from ...model.language.words import trn

if TYPE_CHECKING:
    from ..session.context import Context

TAKES_TEXT = ("command", "search", "what-if", "bookmark", "to-bookmark", "write")
"""Actions after which keys are letters of a text."""
ALWAYS = frozenset(("ctrl+c", "ctrl+q"))
PATIENCE = 1.0
"""Seconds that keys wait for the end of a boot that is recorded: what moves goes to that end at most."""


class TypeAhead:
    """What waits for the boot: the first key's action, then keys as they were typed.  `press` presses one."""

    def __init__(self, context: Context, press: Callable[[Key], bool]) -> None:
        self.context = context
        self.press = press
        self.is_over = False
        self._waiting: list[Callable[[], Awaitable[None] | bool | None]] = []
        self._is_text = False

    def takes_action(self, id: str, act: Callable[[], Awaitable[None] | None]) -> bool:
        """Let an action wait that needs a boot, while there is none; False: it is not for here."""
        if self.is_over or self.context.session is not None:
            return False
        self._waiting.append(act)
        self._note(id)
        return True

    def takes_key(self, event: Key) -> bool:
        """Let a key wait behind others; one that quits does so at once."""
        if not self._waiting or event.key in ALWAYS:
            return False
        keys = self.context.keys
        if not self._is_text and event.key in keys.of("quit"):
            return False
        self._waiting.append(partial(self.press, Key(event.key, event.character)))
        self._note(next((id for id in TAKES_TEXT if event.key in keys.of(id)), ""))
        return True

    def _note(self, id: str) -> None:
        self._is_text = self._is_text or id in TAKES_TEXT
        count = len(self._waiting)
        self.context.status.say(
            trn(
                "Reading the kernel and its machine … {count} key waits for it.",
                "Reading the kernel and its machine … {count} keys wait for it.",
                count,
            )
        )

    def begun(self) -> None:
        """There is a boot; what is done to it waits a little more, for its end."""
        if self._waiting:
            self.context.set_timer(PATIENCE, self._release_later)
        else:
            self.is_over = True

    def _release_later(self) -> None:
        self.context.in_background(self.release(), "type-ahead")

    async def release(self) -> None:
        """Do what waits, in order."""
        self.is_over = True
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            done = act()
            if isawaitable(done):
                await done

    def give_up(self) -> None:
        """There will be no boot."""
        self.is_over = True
        self._waiting.clear()
