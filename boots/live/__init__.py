"""A kernel that really runs, watched through a stub: where it starts, what its memory holds at each stop, what it
calls, what it says.

May use all of boots before it, the remote protocol among it.
"""
