"""Commands as in gdb, a module for each group of them, and the interpreter that runs a typed line.

May use all of the debugger.
"""
