"""The answers to questions about memory.

May use what all panes may.
"""
