"""Packets on their way to a stub and back: their form, who waits for which, how long that may take.

Knows no registers and no memory.
"""
