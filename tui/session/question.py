"""What the line of input at the foot of the screen asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct, field


class Question(Struct, frozen=True):
    """What the line is asked for.  `entered` gets a line that Enter was pressed on; the prompt stays open if
    `stays`, for another.  `typed` gets every change, `left` is called after Escape, `completions` gives what
    a line may become.  `example` is what → types into an empty line.  `history` has the lines of before, the
    last one last."""

    prefix: str
    placeholder: str
    entered: Callable[[str], Awaitable[None] | None]
    history: list[str] = field(default_factory=list[str])
    stays: bool = False
    typed: Callable[[str], None] | None = None
    left: Callable[[], None] | None = None
    completions: Callable[[str], Sequence[str]] | None = None
    example: str = ""
