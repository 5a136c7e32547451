"""The architectures whose live boots' inputs are read, by what machine files call them."""

from __future__ import annotations

from collections.abc import Mapping

from ..arm64.inputs import INPUTS as ARM64
from ..x86.inputs import INPUTS as X86_64
from .architecture import InputsOf

INPUTS: Mapping[str, InputsOf] = {"arm64": ARM64, "x86_64": X86_64}
