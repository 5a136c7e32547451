"""The kernel log.

May use what all panes may.
"""
