"""arm64, as far as watching a kernel that runs has to know it."""

from __future__ import annotations

from ..architecture import LiveArchitecture
from ..recorder.watch import Convention
from .entry import reach_entry, reach_virtual
from .own_state import ARM64 as OWN

ARM64 = LiveArchitecture(
    name="arm64",
    stub_names=("aarch64",),
    calls=Convention("pc", "sp", "x30"),
    reach_entry=reach_entry,
    reach_virtual=reach_virtual,
    own=OWN,
)
