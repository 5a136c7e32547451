"""Both boots of a what-if, side by side.

May use what all panes may.
"""
