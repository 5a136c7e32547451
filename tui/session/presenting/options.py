"""How a presentation was asked for."""

from __future__ import annotations

from msgspec import Struct


class PresentOptions(Struct, frozen=True):
    """Whether keys are shown as they are pressed; the `minutes` planned for it (0: none are); whether the
    colours were chosen, which else are light."""

    keys: bool = True
    minutes: float = 0
    is_dressed: bool = False
