"""The e820 map of a PC, as firmware gave it and as the kernel changes it.

May use what all panes may.
"""
