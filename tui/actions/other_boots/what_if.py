"""Another boot: go over to it, keep the old one beside it, go back to that.  It may be the same machine with
something changed (what if), or any other that ``diff`` names."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.language.words import tr
from ...panes.both.pane import BothPane
from ...session.jump_list import JumpList
from ...session.what_ifs import Visit
from ..action import Action, always, once_recording
from ..arrival import pause
from ..leaving import bring

if TYPE_CHECKING:
    from ....boots.loader.what_if_syntax import WhatIf
    from ....model.debugger.debugger import Debugger
    from ....model.logs.kernel_log import KernelLog
    from ....model.source.trace_source import Cancelled
    from ...session.comparison import BootComparison
    from ...session.context import Context
    from ...session.recording import Recording
    from ...session.session import Session

LOOK_EVERY = 0.2
"""Seconds between two looks at how far the new boot is."""


class Booted(Struct, frozen=True):
    """A boot that is recorded and compared with the one before it.  `label` says what was done for that,
    `names` are what the one before and this one are called."""

    boot: Recording
    debugger: Debugger
    comparison: BootComparison
    label: str
    names: tuple[str, str]


# ---- trying ----


def nothing_beside(context: Context) -> str:
    """It takes a boot that is recorded, and no other on its way."""
    session = context.session
    if session is None:
        return once_recording(context)
    if not session.debugger.trace.finished:
        return tr("The boot is still being recorded: wait a moment.")
    booting = context.what_ifs.booting
    return tr("Another boot is under way, with {booting}: wait a moment.", booting=booting) if booting else ""


def nothing_to_try(context: Context) -> str:
    """It takes a boot of a machine, and time."""
    session = context.session
    if session is None:
        return once_recording(context)
    if silence := session.facts.silence("what_if"):
        return silence
    if session.boot.machine is None:
        return tr("This boot has no machine file: nothing of it can be changed.")
    if not session.debugger.trace.finished:
        return tr("The boot is still being recorded: wait a moment.")
    booting = context.what_ifs.booting
    return tr("Another boot is under way, with {booting}: wait a moment.", booting=booting) if booting else ""


def start(context: Context, words: str) -> str:
    """Boot with a wish more, in a thread; says so.  Raises `InputError`."""
    reason = nothing_to_try(context)
    session = context.session
    if reason or session is None or session.boot.machine is None:
        raise InputError(reason)
    from ....boots.loader.what_if_syntax import WhatIf  # nothing that cannot be varied needs it

    tried = (session.boot.tried or WhatIf(session.boot.machine)).wished(words)
    context.what_ifs.booting = tried.label
    context.in_thread(partial(_boot, context, tried, session.debugger), "what-if")
    context.what_ifs.watch = context.set_interval(LOOK_EVERY, partial(look, context))
    return tr("booting again: what if {label} …", label=tried.label)


def _boot(context: Context, tried: WhatIf, before: Debugger, cancelled: Cancelled) -> None:
    """In a thread: all that takes its time."""
    from ...session.comparison import BootComparison
    from ...session.recording import of_what_if

    try:
        context.what_ifs.boot = boot = of_what_if(tried)
        boot.run(cancelled)
        debugger = boot.prepared()
        names = (tr("before"), tr("what if: {label}", label=tried.label))
        booted = Booted(
            boot,
            debugger,
            BootComparison.of(before, debugger),
            tr("what if {label}", label=tried.label),
            names,
        )
    except InputError as error:
        context.call_later(failed, context, tr("what if: {error}", error=error))
    except Exception as error:  # the boot one is in must survive whatever happens to another
        context.call_later(
            failed, context, tr("bootstep failed: {name}: {error}", name=type(error).__name__, error=error)
        )
    else:
        context.call_later(arrived, context, booted)


def look(context: Context) -> None:
    """Tell how far the new boot is."""
    what_ifs = context.what_ifs
    events = len(what_ifs.boot.trace) if what_ifs.boot is not None else 0
    context.status.put_badge(
        tr("booting: {booting} … {events} events", booting=what_ifs.booting, events=events)
    )


def failed(context: Context, sentence: str) -> None:
    """There is no other boot; say why."""
    context.what_ifs.settle()
    _show_badge(context)
    context.complain(sentence)


def arrived(context: Context, booted: Booted) -> None:
    """Go over to another boot, with the one that one is in beside it."""
    from ...session.follower import Follower

    context.what_ifs.settle()
    _show_badge(context)
    # As for the first boot: to look for garbage in a million events would stop the screen for a second.
    gc.freeze()
    old = context.session
    if old is None:
        return
    session = context.session_on(booted.boot)
    session.take_over(booted.debugger)
    session.follower = Follower(session.debugger, old.debugger, booted.label, booted.comparison, booted.names)
    session.commands.history.extend(old.commands.history)
    context.what_ifs.behind.append(Visit(old, context.jumps))
    context.what_ifs.undone.clear()
    visit = Visit(session, JumpList())
    _go_over(context, visit, booted.label, tr("⟨both⟩ shows both boots, ⟨undo⟩ undoes"))
    bring(context, BothPane.ID)


# ---- going back and forth ----


def go_back(context: Context) -> None:
    """To the boot before the last what-if."""
    what_ifs = context.what_ifs
    if context.session is not None and what_ifs.behind:
        label = _label(context.session)
        what_ifs.undone.append(Visit(context.session, context.jumps))
        _go_over(
            context, what_ifs.behind.pop(), tr("undone: {label}", label=label), tr("⟨redo⟩ tries it again")
        )


def go_forth(context: Context) -> None:
    """To the what-if that was undone last."""
    what_ifs = context.what_ifs
    if context.session is not None and what_ifs.undone:
        what_ifs.behind.append(Visit(context.session, context.jumps))
        visit = what_ifs.undone.pop()
        _go_over(context, visit, _label(visit.session), tr("⟨both⟩ shows both boots, ⟨undo⟩ undoes"))


def _go_over(context: Context, visit: Visit, words: str, hint: str) -> None:
    """Take another boot, at the place where one is in this one; at its panic, if it panics."""
    old, new = context.session, visit.session
    if old is None:
        return
    complaints = context.store.carry(old.debugger, new.debugger)
    name = old.debugger.position_name()
    pause(context)
    context.session, context.boot, context.jumps = new, new.boot, visit.jumps
    note = _come_to(new.debugger, name)
    stop = new.debugger.last.stop
    if new.follower is not None:
        new.follower.follow()
    new.arrive_from(old)
    context.jumps.here = new.debugger.position
    _show_badge(context)
    context.show()
    told = [words, note, *complaints[:1], stop.text]
    kind = "stop" if stop.reason == "panic" else ""
    phase = new.debugger.phase_here().name
    context.status.say(f"{'; '.join(filter(None, told))} ({hint})", kind, phase)


def _show_badge(context: Context) -> None:
    follower = context.session.follower if context.session is not None else None
    context.status.put_badge(follower.names[1] if follower is not None else "")


def _label(session: Session) -> str:
    return session.follower.label if session.follower is not None else ""


def _come_to(debugger: Debugger, name: str) -> str:
    """To the position of that name, or as near as this boot gets to it; returns what is in the way, if
    anything is.  A boot that panics stands at its panic."""
    from ....model.debugger.position_names import PositionNameError
    from ....model.trace.events import Kind

    if debugger.trace.kind(-1) == Kind.PANIC:
        debugger.end()
        return ""
    try:
        found = debugger.position_names.nearest(name)
    except PositionNameError as error:
        return str(error)
    debugger.goto(found.position)
    return found.note


# ---- keys ----


def log_here(context: Context) -> KernelLog | None:
    """The log that one looks at, as it was read; None if it is something else."""
    if context.session is None or context.session.facts.can.what_if:
        return None
    from ....boots.sources.log_replay.replay import LogReplay  # what boots a machine does without

    source = context.session.boot.source
    return source.log if isinstance(source, LogReplay) else None


async def ask(context: Context, count: int) -> None:
    """Open the command line for a wish; of a log, for the machine that wishes can be tried on."""
    log = log_here(context)
    words = f"adopt {Path(log.source).stem.replace(' ', '-')}-machine" if log is not None else "whatif "
    await context.foot.open(words)
    if log is None:
        context.status.say(
            tr(
                "What if? For example add mem=600M, or ram 2G: Tab lists what may follow, ⟨command⟩help "
                "whatif tells all."
            )
        )


def nothing_to_ask(context: Context) -> str:
    """It takes a log, or a boot of a machine."""
    return nothing_to_try(context) if log_here(context) is None else nothing_beside(context)


def undo(context: Context, count: int) -> None:
    """The boot from before."""
    go_back(context)


def redo(context: Context, count: int) -> None:
    """The what-if again."""
    go_forth(context)


async def show_both(context: Context, count: int) -> None:
    """The pane of both boots.  Where there is only one, the command line asks for the other: at once if
    nothing else can be beside it, else the second time."""
    was_there = context.focused_pane().ID == BothPane.ID
    bring(context, BothPane.ID)
    context.focus_pane(BothPane.ID)
    session = context.session
    if session is not None and session.follower is None and (was_there or not session.facts.can.what_if):
        await context.foot.open("diff ")


def nothing_to_undo(context: Context) -> str:
    """It takes a what-if to undo one."""
    return "" if context.what_ifs.behind else tr("There is no what-if to undo: ⟨what-if⟩ asks what if.")


def nothing_to_redo(context: Context) -> str:
    """It takes one that was undone."""
    return "" if context.what_ifs.undone else tr("No what-if was undone: ⟨what-if⟩ asks what if.")


ACTIONS: dict[str, Action] = {
    "what-if": Action(ask, nothing_to_ask),
    "undo": Action(undo, nothing_to_undo),
    "redo": Action(redo, nothing_to_redo),
    "both": Action(show_both, always),
}
