"""Focus, zoom, hiding, sizes, the order of rows, the help page: what the keys for panes do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..settings.bindings import HELP, PANE_KEYS, shows_pane
from .action import Action, Run, always

if TYPE_CHECKING:
    from ..session.context import Context

ON_HELP = frozenset(
    (
        *("help", "tours", "quit", "clear", "zoom", "palette"),
        *("search", "next-match", "previous-match", "copy", "write"),
    )
)
"""What keys do on the help page too."""


def show_pane(id: str) -> Run:
    """Bring a pane forward and focus it."""

    def run(context: Context, count: int) -> None:
        bring_forward(context, id)

    return run


def bring_forward(context: Context, id: str) -> None:
    """Bring a pane forward and focus it."""
    if id != HELP:
        leave_help(context)
    context.focus_pane(context.deck.bring_forward(id).ID)


def focus_by(step: int) -> Run:
    """Focus the pane after or before the focused one; one that is out of sight comes forward."""

    def run(context: Context, count: int) -> None:
        pane = context.focused_pane()
        offered = [each for each in context.panes if each.ID not in context.deck.not_offered]
        at = offered.index(pane) + step if pane in offered else 0
        bring_forward(context, offered[at % len(offered)].ID)

    return run


def zoom(context: Context, count: int) -> None:
    """Give the focused pane all the room, or take it back."""
    if context.deck.zoomed == HELP:
        leave_help(context)
        return
    pane = context.focused_pane()
    context.deck.toggle_zoom(pane.ID)
    context.focus_pane(pane.ID)

    def is_open() -> bool:
        return context.deck.zoomed is not None and context.before_help is None

    def leave() -> None:
        zoomed = context.focused_pane()
        context.deck.toggle_zoom(zoomed.ID)
        context.focus_pane((zoomed if zoomed.display else context.deck.first()).ID)

    context.escapes.push(tr("the zoom"), is_open, leave)


def hide(context: Context, count: int) -> None:
    """Close the place of the focused pane."""
    pane = context.focused_pane()
    if context.deck.close_room(pane.ID):
        context.focus_pane(context.deck.first().ID)
        context.status.say(
            tr(
                "{name} is hidden: {key} brings it back, ⟨show-all⟩ all.",
                name=tr(pane.NAME),
                key=pane.key or "⟨palette⟩",
            )
        )


def cannot_hide(context: Context) -> str:
    """One pane has to stay."""
    if context.deck.zoomed is not None:
        return tr("Only one pane is shown: ⟨zoom⟩ takes the zoom back.")
    return "" if len(context.deck.order()) > 1 else tr("This is the only pane in sight.")


def show_all(context: Context, count: int) -> None:
    """Bring all closed places back."""
    context.deck.open_all()


def none_hidden(context: Context) -> str:
    """There has to be one."""
    return "" if context.deck.has_closed else tr("No pane is hidden.")


def resize(is_row: bool, by: int) -> Action:
    """Make the focused pane larger or smaller by columns (`is_row`) or rows."""

    def run(context: Context, count: int) -> None:
        pane = context.focused_pane()
        if not context.deck.enlarge(pane.ID, is_row, by * count):
            how = (
                (tr("wider") if by > 0 else tr("narrower"))
                if is_row
                else (tr("taller") if by > 0 else tr("shorter"))
            )
            context.status.say(tr("{name} cannot be {how} here.", name=tr(pane.NAME), how=how), "stop")

    def unavailable(context: Context) -> str:
        if context.deck.zoomed is not None:
            return tr("⟨zoom⟩ takes the zoom back, then panes have sizes.")
        pane = context.focused_pane()
        where = tr("beside") if is_row else tr("above or below")
        can = context.deck.can_enlarge(pane.ID, is_row)
        return (
            ""
            if can
            else tr("There is nothing {where} {name} to share room with.", where=where, name=tr(pane.NAME))
        )

    return Action(run, unavailable)


def order(context: Context, count: int) -> None:
    """The next order of the focused pane's rows."""
    pane = context.focused_pane()
    pane.put_in_order((pane.order + 1) % len(pane.sorts()))
    context.status.say(tr("{pane} by {order}", pane=tr(pane.NAME), order=tr(pane.sorts()[pane.order])))


def has_one_order(context: Context) -> str:
    """Not every pane can be sorted."""
    pane = context.focused_pane()
    return "" if pane.sorts() else tr("The rows of {name} have only one order.", name=tr(pane.NAME))


def show_help(context: Context, count: int) -> None:
    """The help page, and away with it."""
    if context.deck.zoomed == HELP:
        leave_help(context)
        return
    context.before_help = context.view()
    context.escapes.push(
        tr("the help page"), lambda: context.before_help is not None, partial(leave_help, context)
    )
    context.help.open_from(context.panes, context.focused_pane())
    bring_forward(context, HELP)


def leave_help(context: Context) -> None:
    """Everything as it was before the help page."""
    if context.before_help is not None:
        put_back, context.before_help = context.before_help, None
        put_back()


def in_help(context: Context, id: str) -> str:
    """What can be done with the help page before one; a pane's number leaves it."""
    if context.before_help is None or id in ON_HELP or shows_pane(id):
        return ""
    return tr("⟨clear⟩ leaves the help page first.")


def palette(context: Context, count: int) -> None:
    """Everything, by name."""
    context.action_command_palette()


def suspend(context: Context, count: int) -> None:
    """To the shell that started bootstep; its ``fg`` comes back."""
    context.action_suspend_process()


def leave(context: Context, count: int) -> None:
    """End; the help page first."""
    if context.deck.zoomed == HELP:
        leave_help(context)
    else:
        from .live.quitting import quit_or_warn

        quit_or_warn(context)


ACTIONS: dict[str, Action] = {
    **{key: Action(show_pane(id), always) for id, key in PANE_KEYS.items() if shows_pane(key)},
    "next-pane": Action(focus_by(1), always),
    "previous-pane": Action(focus_by(-1), always),
    "zoom": Action(zoom, always),
    "hide": Action(hide, cannot_hide),
    "show-all": Action(show_all, none_hidden),
    "taller": resize(False, 1),
    "shorter": resize(False, -1),
    "wider": resize(True, 2),
    "narrower": resize(True, -2),
    "order": Action(order, has_one_order),
    "help": Action(show_help, always),
    "palette": Action(palette, always),
    "quit": Action(leave, always),
    "suspend": Action(suspend, always),
}
