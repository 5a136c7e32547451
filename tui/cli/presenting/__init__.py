"""Presenting, from the command line: the options that begin it, and the speaker's notes that follow it.

May use the rest of the command line; of the screen it knows nothing.
"""
