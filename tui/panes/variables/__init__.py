"""The kernel's variables.

May use what all panes may.
"""
