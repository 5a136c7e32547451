"""Tours from the command line: listing them, opening one, printing one, checking one.

May use the rest of the command line.
"""
