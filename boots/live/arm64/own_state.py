"""What a running arm64 kernel has of its own in memory."""

from __future__ import annotations

from ..reading.own import OwnState
from .variables import VARIABLES

ARM64 = OwnState(VARIABLES)
