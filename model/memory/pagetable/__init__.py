"""Page tables: trees held as runs of equal entries, and what a debugger shows of one entry by entry.

May use base, trace and build.
"""
