"""The one table of what keys do.  Bindings, footer, help and palette are made from it."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """Something a key does.  `name` is the app's action; `keys` are Textual's names for keys, `shown` what
    people call them; `footer` orders the footer (0: not there)."""

    name: str
    keys: str
    shown: str
    label: str
    help: str
    footer: int = 0


class Group(NamedTuple):
    """Actions that belong together."""

    title: str
    actions: tuple[Action, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "Forwards",
        (
            Action(
                "move('step')",
                "s",
                "s",
                "step",
                "Into the next function, or past the next change or log line",
                1,
            ),
            Action("move('next')", "n", "n", "next", "The same, but calls are executed whole", 2),
            Action("move('finish')", "f", "f", "finish", "Until the current function has returned"),
            Action("move('cont')", "c", "c", "continue", "To the next breakpoint, or the end of the boot", 3),
            Action("event(1)", "right_square_bracket", "]", "event", "One single event, returns included"),
            Action("phase(1)", "right_curly_bracket", "}", "phase", "To the next phase of the boot"),
            Action("move('end')", "dollar_sign", "$", "end", "To the end of the boot"),
        ),
    ),
    Group(
        "Backwards",
        (
            Action("move('reverse_step')", "S", "S", "back", "Where a step would have come from", 4),
            Action("move('reverse_next')", "N", "N", "next back", "The same, with calls undone whole"),
            Action("move('reverse_finish')", "F", "F", "to call", "Back to the call of the current function"),
            Action(
                "move('reverse_cont')", "C", "C", "continue back", "Back to the last breakpoint, or the start"
            ),
            Action("event(-1)", "left_square_bracket", "[", "event back", "One single event back"),
            Action(
                "phase(-1)",
                "left_curly_bracket",
                "{",
                "phase back",
                "To the start of this phase, or the one before",
            ),
            Action("move('start')", "0", "0", "start", "To the start of the boot"),
        ),
    ),
    Group(
        "Stopping and asking",
        (
            Action(
                "breakpoint",
                "b",
                "b",
                "break",
                "Breakpoint at the function you are in or point at, set or deleted",
            ),
            Action(
                "command",
                "colon",
                ":",
                "command",
                "Command line, as in gdb; Enter alone repeats, Escape leaves",
            ),
            Action(
                "about",
                "i",
                "i",
                "about",
                "All that is known of the memory under the focused pane's cursor",
            ),
            Action("ledger", "l", "l", "ledger", "Where did my memory go: who has all of it, here"),
        ),
    ),
    Group(
        "Looking",
        (
            *(Action(f"pane({n})", str(n), str(n), f"pane {n}", "") for n in range(1, 10)),
            Action(
                "next_pane(1)", "tab", "Tab", "next pane", "Focus the next pane; Shift+Tab the one before"
            ),
            Action("next_pane(-1)", "shift+tab", "Shift+Tab", "pane before", "Focus the pane before"),
            Action("zoom", "z", "z", "zoom", "Give the focused pane the whole screen, and back"),
            Action("copy", "y", "y", "copy", "Copy the text of the focused pane"),
            Action("copy_name", "Y", "Y", "copy name", "Copy the name of this position, for goto and --at"),
            Action("help", "question_mark,f1", "?", "help", "This page", 5),
            Action("command_palette", "ctrl+p", "Ctrl+P", "palette", "Everything, by name"),
            Action("leave", "q", "q", "quit", "Leave; nothing is asked"),
        ),
    ),
)

OURS = frozenset(
    action.name.partition("(")[0]
    for group in GROUPS
    for action in group.actions
    if action.name != "command_palette"
)
"""The names of the actions that letters do: they do not while one types."""

FOOTER: tuple[Action, ...] = tuple(
    sorted(
        (action for group in GROUPS for action in group.actions if action.footer),
        key=lambda action: action.footer,
    )
)
"""The keys of the footer, the most important first."""

HINT = "capitals go back · 1-9 panes · z zoom · b break · i about · l ledger · : commands · q quit"
"""What stands beside them where there is room."""
