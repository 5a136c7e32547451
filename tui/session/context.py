"""What an action may use of the application.

The application is one `Context`; tests have a small one of their own, without a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ...model.build.kernel_source.functions import KernelSource
    from ...model.source.trace_source import Cancelled
    from ..settings.keymap import Keymap
    from ..settings.session_store import SessionStore
    from .escape_stack import EscapeStack
    from .jump_list import JumpList
    from .player import Player, Stoppable
    from .prefix import Prefix, PutBack
    from .presenting.options import PresentOptions
    from .quizzing import Quizzing
    from .recording import Recording
    from .screen_parts import (
        AnswersLike,
        DeckLike,
        FootLike,
        HelpLike,
        NarratorLike,
        PaneLike,
        PresenterLike,
        StatusLike,
        TranscriptLike,
    )
    from .session import Session
    from .snapshot import Snapshot
    from .touring import Touring
    from .what_ifs import WhatIfs


class Context(Protocol):
    """What an action may use of the application."""

    # ---- the boot, and one's way through it ----

    boot: Recording | None
    session: Session | None
    kernel_source: KernelSource | None
    """The kernel's source that somebody has; without one the shipped lines are named."""
    snapshot: Snapshot | None
    store: SessionStore
    jumps: JumpList
    quizzing: Quizzing
    player: Player
    what_ifs: WhatIfs
    touring: Touring
    searches: list[str]
    """What was searched, the last one last."""

    @property
    def is_reading(self) -> bool:
        """Whether the machine is still being read."""
        ...

    def session_on(self, boot: Recording) -> Session:
        """A session on another boot, with the commands that this application has."""
        ...

    def boot_named(self, word: str, /) -> Recording:
        """The boot that a word names, as the command line names one; a thread may ask.  Raises
        `InputError`."""
        ...

    # ---- the screen ----

    escapes: EscapeStack
    prefix: Prefix
    keys: Keymap
    before_help: PutBack | None
    """What leaves the help page, while that is shown."""

    @property
    def panes(self) -> Sequence[PaneLike]:
        """The panes, in the order of their keys; the help page is none."""
        ...

    @property
    def deck(self) -> DeckLike:
        """Where they are."""
        ...

    @property
    def status(self) -> StatusLike:
        """The line of what just happened."""
        ...

    @property
    def transcript(self) -> TranscriptLike:
        """The transcript of the command line."""
        ...

    @property
    def answers(self) -> AnswersLike:
        """The pane of answers about memory."""
        ...

    @property
    def narrator(self) -> NarratorLike:
        """The page across the screen: tours and questions."""
        ...

    @property
    def help(self) -> HelpLike:
        """The help page."""
        ...

    def focused_pane(self) -> PaneLike:
        """The pane that keys go to."""
        ...

    def focus_pane(self, id: str) -> None:
        """Let keys go to a pane."""
        ...

    def view(self) -> PutBack:
        """What puts back what is seen now."""
        ...

    def show(self) -> None:
        """Let every pane draw the moment the session stands at."""
        ...

    def complain(self, sentence: str) -> None:
        """Say what is wrong, if anything is."""
        ...

    def dress(self, theme: str) -> str:
        """Change the colours; returns a sentence."""
        ...

    # ---- presenting ----

    @property
    def presenter(self) -> PresenterLike | None:
        """The presentation; None: there is none."""
        ...

    def present(self, options: PresentOptions | None) -> None:
        """Begin a presentation, or (None) end the one that is on."""
        ...

    # ---- asking somebody ----

    letter_taker: Callable[[str], None] | None
    """Where the next key is no command but the name of something: what is given that name."""

    @property
    def foot(self) -> FootLike:
        """Where a line can be asked for."""
        ...

    # ---- later, and beside everything else ----

    def in_background(self, work: Coroutine[Any, Any, None], group: str) -> None:
        """Do something that takes its time between keys.  It ends what is still done of the same group."""
        ...

    def in_thread(self, work: Callable[[Cancelled], None], group: str) -> None:
        """Do something in a thread, which is told whether anybody still waits for it; of the application, it
        may use `call_later` alone."""
        ...

    def call_later(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call something when there is time for it."""
        ...

    def call_next(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call something once this key is done with."""
        ...

    def set_timer(self, delay: float, callback: Callable[[], None], /) -> Any:
        """Call something after so many seconds."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], None], /) -> Stoppable:
        """Call something again and again, after so many seconds each."""
        ...

    # ---- the terminal ----

    def copy_to_clipboard(self, text: str) -> None:
        """To the terminal's clipboard."""
        ...

    def action_command_palette(self) -> None:
        """Everything, by name."""
        ...

    def action_suspend_process(self) -> None:
        """To the shell that started this."""
        ...

    def exit(self, result: int | None = None, /) -> None:
        """End at once, with this status."""
        ...

    async def do(self, id: str, times: int = 1) -> None:
        """Do another action."""
        ...
