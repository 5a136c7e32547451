"""The one table of keys.  Bindings, footer, help, palette and the names in ``config.toml`` are made from it;
`actions.registry` says what each does."""

from __future__ import annotations

from msgspec import Struct

from ...model.debugger.commands.moves import MOVES
from ...model.language.words import tr, translatable


class KeyBinding(Struct, frozen=True):
    """Something a key does.  `id` is its name in ``config.toml`` and in `registry.ACTIONS` (an action of a
    single pane: ``pane.name``, see `Pane.KEYS`); `keys` are Textual's names for keys, `shown` what people
    call them; `footer` orders the footer (0: not there); `counts` tells whether a number typed before it
    repeats it."""

    id: str
    keys: str
    shown: str
    label: str
    help: str
    footer: int = 0
    counts: bool = False


class Group(Struct, frozen=True):
    """Keys that belong together."""

    title: str
    keys: tuple[KeyBinding, ...]


def _move(id: str, keys: str, shown: str, footer: int = 0) -> KeyBinding:
    """The key of a move; what it is called and does stands in the table of moves."""
    move = MOVES[id]
    return KeyBinding(id, keys, shown, move.label, move.help[0].upper() + move.help[1:], footer, move.counts)


FORWARDS = (
    _move("step", "s", "s", footer=1),
    _move("next", "n", "n", footer=2),
    _move("finish", "f", "f"),
    _move("continue", "c", "c", footer=3),
    _move("event", "right_square_bracket", "]"),
    _move("phase", "right_curly_bracket", "}"),
    _move("end", "dollar_sign", "$"),
)
BACKWARDS = (
    _move("back", "S", "S", footer=4),
    _move("next-back", "N", "N"),
    _move("to-call", "F", "F"),
    _move("continue-back", "C", "C"),
    _move("event-back", "left_square_bracket", "["),
    _move("phase-back", "left_curly_bracket", "{"),
    _move("start", "0", "0"),
)
PLACES = (
    KeyBinding(
        "travel", "t", "t", "go there", "To the moment of what the cursor is on: a call, log line, region"
    ),
    KeyBinding(
        "place-back",
        "less_than_sign,alt+left",
        "<",
        "back",
        "To the place that the last jump left, as in a browser",
        counts=True,
    ),
    KeyBinding(
        "place-forward",
        "greater_than_sign,alt+right",
        ">",
        "forward",
        "The way that going back came",
        counts=True,
    ),
    KeyBinding("bookmark", "m", "m", "bookmark", "And a letter: a bookmark here"),
    KeyBinding(
        "to-bookmark",
        "apostrophe",
        "'",
        "to bookmark",
        "And a letter: to that bookmark; '' to where you were before the last jump",
    ),
    KeyBinding("play", "p", "p", "play", "Step by itself, and pause; 50p takes 50 steps", counts=True),
    KeyBinding("speed", "P", "P", "speed", "Play faster; 20P plays 20 steps a second", counts=True),
)
STOPPING = (
    KeyBinding("breakpoint", "b", "b", "break", "Breakpoint at what the cursor is on, set or deleted", 5),
    KeyBinding(
        "command",
        "colon",
        ":",
        "command",
        "Command line, as in gdb; → types the example, Tab completes, Enter alone repeats, Escape leaves",
        6,
    ),
    KeyBinding("about", "i", "i", "about", "All that is known of the memory under the focused pane's cursor"),
    KeyBinding(
        "explain", "e", "e", "explain", "The event under the cursor in plain sentences, or what comes next"
    ),
    KeyBinding("words", "D", "D", "words", "What the words and letters on the cursor's line mean"),
    KeyBinding("ledger", "l", "l", "ledger", "Where did my memory go: who has all of it, here"),
    KeyBinding("why", "W", "W", "why", "Why did it fail: the request that was refused last, gap by gap"),
)
ASKED = (
    KeyBinding(
        "predict",
        "Q",
        "Q",
        "predict",
        "Questions as you step: predict, then see; 7Q asks others",
        counts=True,
    ),
    KeyBinding("answer", "A", "A", "answer", "Type the answer to a question; behind an answer, go on"),
)
TRYING = (
    KeyBinding("what-if", "v", "v", "what if", "Boot again with something changed: add mem=600M, ram 2G …"),
    KeyBinding(
        "both",
        "V",
        "V",
        "both boots",
        "This boot and the one before the what-if, or of another file, side by side",
    ),
    KeyBinding("undo", "u", "u", "undo", "Back to the boot before the what-if"),
    KeyBinding("redo", "U", "U", "redo", "The what-if that was undone"),
)
TOURS = (
    KeyBinding("tours", "f1", "F1", "tours", "The list of guided tours: the way in for who is new here"),
    KeyBinding("tour", "T", "T", "tour", "Back to the stop of the tour that is on; without one, the list"),
    KeyBinding("tour-next", "R", "R", "read on", "Read on in the tour: its next stop", counts=True),
    KeyBinding("tour-previous", "B", "B", "read back", "The stop of the tour before", counts=True),
)
PANE_LABEL = translatable("pane {digit}")
PANE = "pane-"
"""Before the digit in the name of a key that shows a pane."""
HELP = "help"
"""The help page, which is a pane, though none of those that have a place."""
DIGITS = ("calls", "source", "memblock", "pagetables", "sections", "zones", "log", "variables", "breakpoints")
"""The panes (`Pane.ID`) that the keys 1, 2, … show."""
PANE_KEYS: dict[str, str] = {
    **{pane: f"{PANE}{digit}" for digit, pane in enumerate(DIGITS, 1)},
    "console": "command",
    "about": "about",
    "both": "both",
    "help": "help",
}
"""The key that shows a pane, by its `ID`.  A pane without one is reached by Tab, palette and mouse."""
LOOKING = (
    *(
        KeyBinding(f"{PANE}{digit}", str(digit), str(digit), PANE_LABEL, "")
        for digit in range(1, len(DIGITS) + 1)
    ),
    KeyBinding("next-pane", "tab", "Tab", "next pane", "Focus the next pane; Shift+Tab the one before"),
    KeyBinding("previous-pane", "shift+tab", "Shift+Tab", "pane before", "Focus the pane before"),
    KeyBinding("zoom", "z", "z", "zoom", "Give the focused pane the whole screen, and back"),
    KeyBinding("hide", "h", "h", "hide", "Close the focused pane's place; its number brings it back"),
    KeyBinding("show-all", "H", "H", "show all", "Bring all closed places back"),
    KeyBinding("taller", "plus,equals_sign", "+", "taller", "Make the focused pane taller"),
    KeyBinding("shorter", "minus", "-", "shorter", "Make it shorter"),
    KeyBinding("wider", "right_parenthesis", ")", "wider", "Make it wider"),
    KeyBinding("narrower", "left_parenthesis", "(", "narrower", "Make it narrower"),
    KeyBinding("help", "question_mark", "?", "help", "This page: all keys", 7),
    KeyBinding("palette", "ctrl+p", "Ctrl+P", "palette", "Everything, by name"),
    KeyBinding("suspend", "ctrl+z", "Ctrl+Z", "suspend", "To the shell; its fg comes back"),
    KeyBinding("quit", "q", "q", "quit", "Leave; nothing is asked, unless a live recording is not saved", 8),
)
IN_PANES = (
    KeyBinding("search", "slash", "/", "search", "Search the focused pane: words as they are"),
    KeyBinding("next-match", "full_stop", ".", "next match", "To the next match of the search"),
    KeyBinding("previous-match", "comma", ",", "match before", "To the match before"),
    KeyBinding(
        "clear",
        "escape",
        "Esc",
        "leave",
        "Leave what was opened last: an answer, a zoom, a search, the console, this page",
    ),
    KeyBinding("order", "o", "o", "order", "Order the rows of the focused pane by something else"),
    KeyBinding("copy", "y", "y", "copy", "Copy the text of the focused pane"),
    KeyBinding("copy-name", "Y", "Y", "copy name", "Copy the name of this position, for goto and --at"),
    KeyBinding("write", "w", "w", "write", "Write the text of the focused pane to a file"),
    KeyBinding(
        "export-page", "ctrl+e", "Ctrl+E", "export", "Write the boot as a page to step through in a browser"
    ),
)

SCROLLING = (
    KeyBinding("scroll.up", "up,k", "↑", "up", "One line up; also k"),
    KeyBinding("scroll.down", "down,j", "↓", "down", "One line down; also j"),
    KeyBinding("scroll.page-up", "pageup", "PgUp", "page up", "A page up"),
    KeyBinding("scroll.page-down", "pagedown,space", "PgDn", "page down", "A page down"),
    KeyBinding("scroll.first", "home,g", "Home", "first", "To the first line; also g"),
    KeyBinding("scroll.last", "end,G", "End", "last", "To the last line; also G"),
    KeyBinding("scroll.left", "left", "←", "left", "Sideways to the left"),
    KeyBinding("scroll.right", "right", "→", "right", "Sideways to the right"),
    KeyBinding("scroll.open", "enter", "Enter", "open", "Open or close a line, or tell about it"),
)
"""Keys of every pane that scrolls, which single panes may give a meaning of their own."""

GROUPS: tuple[Group, ...] = (
    Group("Forwards", FORWARDS),
    Group("Backwards", BACKWARDS),
    Group("From place to place", PLACES),
    Group("Stopping and asking", STOPPING),
    Group("Questions", ASKED),
    Group("Trying", TRYING),
    Group("Tours", TOURS),
    Group("Looking", LOOKING),
    Group("In the focused pane", IN_PANES),
)
KEY_BINDINGS: dict[str, KeyBinding] = {key.id: key for group in GROUPS for key in group.keys}

FOOTER: tuple[KeyBinding, ...] = tuple(
    sorted((action for action in KEY_BINDINGS.values() if action.footer), key=lambda action: action.footer)
)
"""The keys of the footer, the most important first."""

FIRST_HINT = "tours"
HINTS = ("zoom", "about", "ledger", "search")
"""The actions that it mentions where there is room, the one before the keys of the focused pane, the others
behind."""


def label_of(key: KeyBinding) -> str:
    """What a key does, in a word or two."""
    said = tr(key.label)
    return said.format(digit=key.shown) if key.label == PANE_LABEL else said


def help_of(key: KeyBinding) -> str:
    """What a key does, in a sentence; nothing: its label says it all."""
    if key.id not in MOVES:
        return tr(key.help) if key.help else ""
    said = tr(MOVES[key.id].help)
    return said[0].upper() + said[1:]


def shows_pane(id: str) -> bool:
    """Whether an action is to show one pane, whose digit is its key; the digit may begin a number, too."""
    return id.startswith(PANE)
