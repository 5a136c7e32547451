"""What holds for all tests: an example of hypothesis may take as long as it does on a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("bootstep", deadline=None)
settings.load_profile("bootstep")
