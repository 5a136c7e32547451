"""The state: memblock, page tables, sections, nodes and zones, page structs, the log's ring buffer.

Each mirrors the kernel's own structure. May use base, trace and build.
"""
