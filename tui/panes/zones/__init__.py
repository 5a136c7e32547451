"""Nodes and zones.

May use what all panes may.
"""
