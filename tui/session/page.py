"""A page that stands across the screen, below the panes: words, perhaps with choices.

Whoever has something to say there (a tour, a question, the list of tours) makes a `Page` and gives it to
`Context.narrator`: ``await context.narrator.open(page)``; ``close()`` takes it away.  The page says what is
to happen by its functions, which get nothing but the number of the choice.  ``focus()`` lets keys go to it:
then ↑ and ↓ move among the choices and Enter takes one.  Where a question takes a typed answer,
`Context.foot` asks for it; where it takes the cursor of a pane, `Context.focused_pane` tells what that is on.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class PageChoice(Struct, frozen=True):
    """One line to choose: its `words`, and what stands behind them in the background; `style` is one of
    `lines.STYLE_NAMES`, for what came of a choice."""

    words: str
    more: str = ""
    style: str = ""


class Page(Struct, frozen=True):
    """What to show.  `name` says in the title whose page it is, `title` what it is about; `at` of `of` is how
    far one is (0: nothing is said); `text` is paragraphs, each a line, which are wrapped; `choices` follow
    them, and `chosen` gets the index of the one that Enter is pressed on, `pointed` that of the first one
    marked.  `hint` stands at the right end of the title, with keys as ``⟨tour-next⟩``; an `alert` takes its
    place while it lasts, in the colour of warnings.  `most` is the part of the screen's rows that it may have
    at most."""

    name: str
    title: str
    text: str = ""
    at: int = 0
    of: int = 0
    hint: str = ""
    alert: str = ""
    choices: tuple[PageChoice, ...] = ()
    chosen: Callable[[int], None] | None = None
    pointed: int = 0
    most: float = 1 / 3
