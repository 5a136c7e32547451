"""A session begins: greeted, with what was kept of the machine, at the position that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..actions.arrival import arrive
from ..actions.registry import session_on
from ..settings.session_store import SessionStore

if TYPE_CHECKING:
    from ..session.recording import Recording
    from ..session.session import Session
    from .host import Host


def begin(host: Host, boot: Recording, at: str, kept_in: Path | None) -> Session:
    """A session on a boot that has begun; what was kept is set as far as it is known yet."""
    session = session_on(host, boot)
    host.store = SessionStore(kept_in, boot.subject)
    try:
        complaint = host.store.restore(session.debugger)
    except Exception as error:
        # The file stays as it is, for whoever looks into it.
        complaint = host.failures.sentence(
            error, tr("bringing back what is kept in {path}", path=host.store.path)
        )
        host.store = SessionStore(None, None)
    greeting = f"{session.greeting()} {host.store.words(session.debugger)}".rstrip()
    host.status.say(tr("Recording, up to {at} …", at=at) if at else greeting)
    host.complain(complaint)
    return session


def complete(host: Host, session: Session, at: str) -> None:
    """All is recorded: set the rest of what was kept, and go where the command line said, as near as this
    boot gets to it."""
    from ...model.debugger.position_names import PositionNameError

    unknown: list[str] = []
    host.attempt(
        tr("bringing back what was kept"), lambda: unknown.extend(host.store.complete(session.debugger))
    )
    host.transcript.add_printed(unknown)
    try:
        if at:
            arrive(host, session.debugger.goto_name(at))
        else:
            host.show()
    except PositionNameError as error:
        host.complain(tr("--at {at}: {error}", at=at, error=error))
    host.attempt(tr("doing the commands that were given"), lambda: _do_script(host, session))
    if unknown:
        host.status.say(
            tr("{text} Not all of it: see the console (⟨command⟩).", text=host.status.sentence),
            host.status.kind,
        )


def _do_script(host: Host, session: Session) -> None:
    """Do the commands of the command line, up to the first that is wrong."""
    for line in host.script:
        result = session.scripts.execute(line.text, line.place)
        if not line.is_empty:
            host.transcript.add(line.text, result.text, result.error)
        if result.error:
            host.complain(result.text)
            return
        if result.quit:
            host.exit(0)
            return
        if result.moved:
            arrive(host, session.debugger.last.stop)
