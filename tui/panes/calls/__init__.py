"""The call tree.

May use what all panes may.
"""
