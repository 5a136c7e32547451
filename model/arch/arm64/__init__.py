"""arm64: address map, fixmap, bits of page-table entries, the kernel's own map and dump.

May use base, trace, build, memory and what all architectures share of arch.
"""
