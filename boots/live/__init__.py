"""A kernel that really runs, watched through a stub: where it starts, what its memory holds, what it
calls, what it says.

May use all of boots before it, the remote protocol among it.
"""
