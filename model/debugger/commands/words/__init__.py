"""The words of gdb: which command a word means, what says instead where there is none, help and settings.

May use all of the debugger, and what a command is.
"""
