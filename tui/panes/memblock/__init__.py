"""memblock: the map of physical memory and the tables of regions.

May use what all panes may.
"""
