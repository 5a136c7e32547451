"""What a running x86 kernel has of its own in memory."""

from __future__ import annotations

from ..reading.own import OwnState
from .e820 import E820Reader
from .variables import PAIRS, VARIABLES

X86 = OwnState(VARIABLES, PAIRS, (E820Reader,), keeps_per_cpu_offset=True)
