"""Scripts of commands: lines from files, blocks that end with ``end``, what a stop runs, and checks.

May use the commands and the debugger; knows no files and no screens.
"""
