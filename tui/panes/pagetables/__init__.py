"""Page tables: by areas, as the kernel dumps them, entry by entry.

May use what all panes may.
"""
