"""Yes or no on the command line.  Mirrors ``kstrtobool()`` of lib/kstrtox.c."""

from __future__ import annotations


def kstrtobool(text: str | None) -> bool | None:
    """What a word means: y, t, 1 and "on" are True, n, f, 0 and "off" False, whatever follows them; None
    where the kernel says -EINVAL."""
    word = (text or "").lower()
    if word.startswith(("y", "t", "1", "on")):
        return True
    if word.startswith(("n", "f", "0", "of")):
        return False
    return None
