"""Breakpoints, watches and logpoints: where they are, when they stop, what is wrong with a name.

May use expressions and everything below the debugger.
"""
