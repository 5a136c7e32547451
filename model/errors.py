"""What is said when an input is wrong."""

from __future__ import annotations


class InputError(Exception):
    """An input that cannot be used.  Its text is one sentence that names the input and what is wrong with
    it."""
