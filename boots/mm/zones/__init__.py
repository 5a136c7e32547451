"""The part of mm/mm_init.c (once mm/page_alloc.c) that sizes nodes and zones.

May use lib, core and mm.
"""
