"""Why a live recording ended, in a sentence."""

from __future__ import annotations

from ...model.base.units import one_line
from ...model.language.words import tr
from .options import LiveOptions
from .report import Ending, LiveReport


def ending_sentence(report: LiveReport, options: LiveOptions) -> str:
    """Why it ended, as in "Recorded until memblock_free_all returned."; "" as long as it goes on."""
    words = one_line(report.ending_words)
    match report.ending:
        case Ending.HANDOVER:
            return tr("Recorded until {function} returned.", function=options.until)
        case Ending.PANIC:
            return tr("The kernel panicked: {words}", words=words)
        case Ending.TIME_LIMIT:
            return tr(
                "Not recorded any further: the time limit of {seconds:g} s.", seconds=options.time_limit or 0
            )
        case Ending.EVENT_LIMIT:
            limit = options.event_limit or 0
            return tr("Not recorded any further: the limit of {limit} events.", limit=limit)
        case Ending.STOPPED:
            return tr("Recorded up to here, where it was stopped.")
        case Ending.TARGET_GONE:
            return tr("The target is gone: {words}", words=words or tr("it does not say why"))
        case None:
            return ""
