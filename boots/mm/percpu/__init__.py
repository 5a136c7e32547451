"""mm/percpu.c: the first chunk, page by page or in one piece.

May use lib, core and mm.
"""
