"""The words of a page that its script says, and its keys."""

from __future__ import annotations

from collections.abc import Mapping

from ...language.words import tr, translatable

KEYS = (
    ("→ s n", translatable("the next step")),
    ("← S N", translatable("the step before")),
    ("Home 0", translatable("the first step")),
    ("End $", translatable("the last step")),
    ("} {", translatable("the next phase of the boot, and the one before")),
    ("p", translatable("play by itself, and pause")),
    ("r", translatable("reveal an answer")),
    ("d", translatable("dark or light colours")),
    ("?", translatable("these keys")),
)
"""The keys of a page, as the debugger has them where it has them, and what each does."""


def script_words() -> Mapping[str, str]:
    """What the script says, by the names that it has for it."""
    return {
        "new": tr("new"),
        "changed": tr("changed"),
        "gone": tr("gone"),
        "mark": tr("mark"),
        "reveal": tr("Show the answer"),
        "nowhere": tr("no function is open"),
        "unchanged": tr("Nothing that is shown here has changed since the step before."),
        "beginning": tr("This is where the steps begin."),
        "logged": tr("{count} lines so far"),
        "more": tr("… and {count} more"),
        "count": tr("Step {step} of {count}"),
        "map": tr("The map of physical memory"),
        "map_words": tr("Higher addresses are above. The tables below have the same as text."),
        "no_memory": tr("no memory is known here"),
    }
