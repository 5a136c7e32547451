"""``bootstep keys``: what every key does, as a configuration file to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ...model.base.errors import InputError
from ...model.language.words import tr, translatable
from ..draw.themes import THEMES
from ..panes.all import keys_by_pane
from ..settings.config import Settings, as_file, read_config

SCROLLING_TITLE = translatable("Scrolling, in every pane that gives these keys no meaning of its own")


def run(words: Sequence[str]) -> int:
    """Print the file."""
    from ..settings.bindings import GROUPS, SCROLLING

    if words:
        raise InputError(tr("bootstep keys takes no {words}", words=words[0]))
    panes = keys_by_pane()
    groups = [(tr(group.title), group.keys) for group in GROUPS]
    groups.append((tr(SCROLLING_TITLE), SCROLLING))
    groups += [(tr("In {pane}", pane=tr(name)), actions) for name, actions in panes.items()]
    print("\n".join(as_file(groups)))
    return 0


def config_of(path: str | None, theme: str | None) -> Settings:
    """The configuration that the command line names, or the usual one.  Raises `InputError`."""
    config = read_config(Path(path) if path is not None else None, keys_by_pane(), THEMES)
    if theme is not None and theme not in THEMES:
        raise InputError(
            tr("--theme {theme}: the themes are {themes}", theme=theme, themes=", ".join(THEMES))
        )
    return config if theme is None else replace(config, theme=theme)
