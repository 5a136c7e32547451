"""x86-64, as far as watching a kernel that runs has to know it."""

from __future__ import annotations

from ..architecture import LiveArchitecture
from ..recorder.watch import Convention
from .entry import reach_entry, reach_virtual
from .own_state import X86 as OWN

X86_64 = LiveArchitecture(
    name="x86_64",
    stub_names=("i386:x86-64",),
    calls=Convention("rip", "rsp"),
    reach_entry=reach_entry,
    reach_virtual=reach_virtual,
    own=OWN,
)
