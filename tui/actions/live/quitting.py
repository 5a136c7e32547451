"""Leaving the app, without a question unless the recording of a live kernel would be lost: that is said once,
as gdb asks before it ends what it debugs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....model.language.words import tr

if TYPE_CHECKING:
    from ...session.context import Context
    from ...session.recording import Recording


def quit_or_warn(context: Context) -> None:
    """Leave; or say what would be lost, and leave if that is what was said last."""
    lost = next((boot for boot in _boots(context) if boot.is_unsaved), None)
    if lost is None or lost.was_warned_by(context.status.sentence):
        context.exit(0)
        return
    context.status.say(_warning(context, lost), "stop")
    lost.warn(context.status.sentence)


def _boots(context: Context) -> Iterator[Recording]:
    """The boot that one is in, and those that one can go back to."""
    if context.boot is not None:
        yield context.boot
    for visit in (*context.what_ifs.behind, *context.what_ifs.undone):
        yield visit.session.boot


def _warning(context: Context, lost: Recording) -> str:
    if not lost.trace.finished:
        return tr(
            "The kernel is still being recorded, and nothing is saved: ⟨quit⟩ again leaves; ⟨command⟩stop "
            "and then ⟨command⟩record FILE keep what there is."
        )
    if lost is not context.boot:
        return tr(
            "The recording of the live kernel is not saved: ⟨quit⟩ again leaves; ⟨undo⟩ goes back to it, and "
            "⟨command⟩record FILE keeps it."
        )
    return tr("This recording is not saved: ⟨quit⟩ again leaves, ⟨command⟩record FILE keeps it.")
