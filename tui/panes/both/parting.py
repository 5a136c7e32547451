"""The first divergence of both boots, at the top of the pane of both."""

from __future__ import annotations

from ....model.language.words import tr
from ...draw.lines import plain
from ...draw.widths import wrapped
from ...session.snapshot import OtherBoot

COMMAND = "diverge"
"""The command that goes there."""


def parting_lines(other: OtherBoot, key: str, width: int) -> list[str]:
    """Where both boots part, and the `key` that goes there; nothing where their calls cannot be compared."""
    held = other.comparison.held
    if held is None:
        return []
    from ....model.analysis.divergence.words import headline  # only with two boots

    if held.divergence is None:
        return wrapped(tr("Both boots make the same calls."), width)
    words = tr(
        "First divergence: {what}. {key} goes there, in both boots.",
        what=plain(headline(held.divergence)),
        key=key,
    )
    return wrapped(words, width)
