"""mm/sparse.c and mm/sparse-vmemmap.c: sections, their usage maps and page structs; flat memory beside them.

May use lib, core and mm.
"""
