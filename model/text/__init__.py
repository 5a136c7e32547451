"""The state and the events in words, and as the kernel's own files show them.

May use base to index.
"""
