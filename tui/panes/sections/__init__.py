"""The sections of sparse memory.

May use what all panes may.
"""
