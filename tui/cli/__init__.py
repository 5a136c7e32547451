"""The command line: options, the commands without a screen, and the start of the one with it.

May use all of tui; Textual only where a screen is opened.
"""
