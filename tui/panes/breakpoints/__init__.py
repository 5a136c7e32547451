"""Breakpoints and bookmarks.

May use what all panes may.
"""
