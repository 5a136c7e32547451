"""Nodes of x86-64: arch/x86/mm/numa.c, numa_64.c and srat.c.

May use what the rest of x86's mm may.
"""
