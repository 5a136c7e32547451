"""mm/hugetlb.c: huge pages that are asked for at boot, and what becomes of them.

May use lib, core and mm.
"""
