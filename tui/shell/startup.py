"""A session begins: greeted, with what was kept of the machine, at the position that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..settings.session_store import Kept

if TYPE_CHECKING:
    from ..session.recording import Recording
    from ..session.session import Session
    from .app import BootstepApp


def begin(app: BootstepApp, boot: Recording) -> Session:
    """A session on a boot that has begun; what was kept is set as far as it is known yet."""
    session = session_on(app, boot)
    app.kept = Kept(app.kept_in, boot.subject)
    try:
        complaint = app.kept.restore(session.debugger)
    except Exception as error:
        # The file stays as it is, for whoever looks into it.
        complaint = app.failures.sentence(error, f"bringing back what is kept in {app.kept.path}")
        app.kept = Kept(None, None)
    greeting = f"{session.greeting()} {app.kept.words(session.debugger)}".rstrip()
    app.status.say(greeting if not app.at else f"Recording, up to {app.at} …")
    app.complain(complaint)
    return session


def session_on(app: BootstepApp, boot: Recording) -> Session:
    """A session on a boot, with the commands that only the app has."""
    from ..actions import machine_topics, theme_commands, what_if_commands
    from ..actions import playback_commands as playing_commands
    from ..session.session import Session

    commands = (
        *playing_commands.commands(app),
        *what_if_commands.commands(app),
        *theme_commands.commands(app),
    )
    return Session(boot, commands, machine_topics.topics(app))


def complete(app: BootstepApp, session: Session) -> None:
    """All is recorded: set the rest of what was kept, and go where the command line said, as near as this
    boot gets to it."""
    from ...model.debugger.position_names import PositionNameError

    name, app.at = app.at, ""
    unknown: list[str] = []
    app.attempt("bringing back what was kept", lambda: unknown.extend(app.kept.complete(session.debugger)))
    app.console_pane.add_printed(unknown)
    try:
        if name:
            app.arrive(session.debugger.goto_name(name))
        else:
            app.show()
    except PositionNameError as error:
        app.complain(f"--at {name}: {error}")
    if unknown:
        app.status.say(f"{app.status.sentence} Not all of it: see the console (⟨command⟩).", app.status.kind)
