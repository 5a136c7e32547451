"""The one table of what keys do.  Bindings, footer, help, palette and the names in ``config.toml`` are made
from it; `deeds` says what each action does."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """Something a key does.  `id` is its name in ``config.toml`` and in `deeds.DEEDS` (an action of a single
    pane: ``pane.name``, see `Pane.KEYS`); `keys` are Textual's names for keys, `shown` what people call them;
    `footer` orders the footer (0: not there); `counts` tells whether a number typed before it repeats it."""

    id: str
    keys: str
    shown: str
    label: str
    help: str
    footer: int = 0
    counts: bool = False


class Group(NamedTuple):
    """Actions that belong together."""

    title: str
    actions: tuple[Action, ...]


FORWARDS = (
    Action("step", "s", "s", "step", "Into the next function, or past the next change or log line", 1, True),
    Action("next", "n", "n", "next", "The same, but calls are executed whole", 2, True),
    Action("finish", "f", "f", "finish", "Until the current function has returned", counts=True),
    Action("continue", "c", "c", "continue", "To the next breakpoint, or the end of the boot", 3, True),
    Action("event", "right_square_bracket", "]", "event", "One single event, returns included", counts=True),
    Action("phase", "right_curly_bracket", "}", "phase", "To the next phase of the boot", counts=True),
    Action("end", "dollar_sign", "$", "end", "To the end of the boot"),
)
BACKWARDS = (
    Action("back", "S", "S", "back", "Where a step would have come from", 4, True),
    Action("next-back", "N", "N", "next back", "The same, with calls undone whole", counts=True),
    Action("to-call", "F", "F", "to call", "Back to the call of the current function", counts=True),
    Action(
        "continue-back", "C", "C", "continue back", "Back to the last breakpoint, or the start", counts=True
    ),
    Action("event-back", "left_square_bracket", "[", "event back", "One single event back", counts=True),
    Action(
        "phase-back",
        "left_curly_bracket",
        "{",
        "phase back",
        "To the start of this phase, or the one before",
        counts=True,
    ),
    Action("start", "0", "0", "start", "To the start of the boot"),
)
PLACES = (
    Action(
        "travel", "t", "t", "go there", "To the moment of what the cursor is on: a call, log line, region"
    ),
    Action(
        "place-back",
        "less_than_sign,alt+left",
        "<",
        "back",
        "To the place that the last jump left, as in a browser",
        counts=True,
    ),
    Action(
        "place-forward",
        "greater_than_sign,alt+right",
        ">",
        "forward",
        "The way that going back came",
        counts=True,
    ),
    Action("bookmark", "m", "m", "bookmark", "And a letter: a bookmark here"),
    Action(
        "to-bookmark",
        "apostrophe",
        "'",
        "to bookmark",
        "And a letter: to that bookmark; '' to where you were before the last jump",
    ),
    Action("play", "p", "p", "play", "Step by itself, and pause; 50p takes 50 steps", counts=True),
    Action("speed", "P", "P", "speed", "Play faster; 20P plays 20 steps a second", counts=True),
)
STOPPING = (
    Action("breakpoint", "b", "b", "break", "Breakpoint at what the cursor is on, set or deleted", 5),
    Action(
        "command", "colon", ":", "command", "Command line, as in gdb; Enter alone repeats, Escape leaves", 6
    ),
    Action("about", "i", "i", "about", "All that is known of the memory under the focused pane's cursor"),
    Action("ledger", "l", "l", "ledger", "Where did my memory go: who has all of it, here"),
    Action("why", "W", "W", "why", "Why did it fail: the request that was refused last, gap by gap"),
)
TRYING = (
    Action("what-if", "v", "v", "what if", "Boot again with something changed: add mem=600M, ram 2G …"),
    Action("both", "V", "V", "both boots", "The boot before the what-if and this one, side by side"),
    Action("undo", "u", "u", "undo", "Back to the boot before the what-if"),
    Action("redo", "U", "U", "redo", "The what-if that was undone"),
)
LOOKING = (
    *(Action(f"pane-{n}", str(n), str(n), f"pane {n}", "") for n in range(1, 10)),
    Action("next-pane", "tab", "Tab", "next pane", "Focus the next pane; Shift+Tab the one before"),
    Action("previous-pane", "shift+tab", "Shift+Tab", "pane before", "Focus the pane before"),
    Action("zoom", "z", "z", "zoom", "Give the focused pane the whole screen, and back"),
    Action("hide", "h", "h", "hide", "Close the focused pane's place; its number brings it back"),
    Action("show-all", "H", "H", "show all", "Bring all closed places back"),
    Action("taller", "plus,equals_sign", "+", "taller", "Make the focused pane taller"),
    Action("shorter", "minus", "-", "shorter", "Make it shorter"),
    Action("wider", "right_parenthesis", ")", "wider", "Make it wider"),
    Action("narrower", "left_parenthesis", "(", "narrower", "Make it narrower"),
    Action("help", "question_mark,f1", "?", "help", "This page", 7),
    Action("palette", "ctrl+p", "Ctrl+P", "palette", "Everything, by name"),
    Action("suspend", "ctrl+z", "Ctrl+Z", "suspend", "To the shell; its fg comes back"),
    Action("quit", "q", "q", "quit", "Leave; nothing is asked", 8),
)
IN_PANES = (
    Action("search", "slash", "/", "search", "Search the focused pane: words as they are"),
    Action("next-match", "full_stop", ".", "next match", "To the next match of the search"),
    Action("previous-match", "comma", ",", "match before", "To the match before"),
    Action(
        "clear",
        "escape",
        "Esc",
        "leave",
        "Leave what was opened last: an answer, a zoom, a search, the console, this page",
    ),
    Action("order", "o", "o", "order", "Order the rows of the focused pane by something else"),
    Action("copy", "y", "y", "copy", "Copy the text of the focused pane"),
    Action("copy-name", "Y", "Y", "copy name", "Copy the name of this position, for goto and --at"),
    Action("write", "w", "w", "write", "Write the text of the focused pane to a file"),
)

SCROLLING = (
    Action("scroll.up", "up,k", "↑", "up", "One line up; also k"),
    Action("scroll.down", "down,j", "↓", "down", "One line down; also j"),
    Action("scroll.page-up", "pageup", "PgUp", "page up", "A page up"),
    Action("scroll.page-down", "pagedown,space", "PgDn", "page down", "A page down"),
    Action("scroll.first", "home,g", "Home", "first", "To the first line; also g"),
    Action("scroll.last", "end,G", "End", "last", "To the last line; also G"),
    Action("scroll.left", "left", "←", "left", "Sideways to the left"),
    Action("scroll.right", "right", "→", "right", "Sideways to the right"),
    Action("scroll.open", "enter", "Enter", "open", "Open or close a line, or tell about it"),
)
"""Keys of every pane that scrolls, which single panes may give a meaning of their own."""

GROUPS: tuple[Group, ...] = (
    Group("Forwards", FORWARDS),
    Group("Backwards", BACKWARDS),
    Group("From place to place", PLACES),
    Group("Stopping and asking", STOPPING),
    Group("Trying", TRYING),
    Group("Looking", LOOKING),
    Group("In the focused pane", IN_PANES),
)
ACTIONS: dict[str, Action] = {action.id: action for group in GROUPS for action in group.actions}

FOOTER: tuple[Action, ...] = tuple(
    sorted((action for action in ACTIONS.values() if action.footer), key=lambda action: action.footer)
)
"""The keys of the footer, the most important first."""

HINTS = ("zoom", "about", "ledger", "search")
"""The actions that it mentions where there is room."""
