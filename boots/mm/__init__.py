"""mm/*.c: sparse memory, zones, per-CPU areas, CMA, huge pages, hash tables, and the handover to buddy.

May use lib and core; an architecture only by its hooks.
"""
