"""The panes: a package for each, and `all`, which lists them.

A pane draws a snapshot and changes nothing. May use settings, draw and session.
"""
