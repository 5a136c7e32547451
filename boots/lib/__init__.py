"""lib/*.c: reading numbers and words of the command line, sorting.

Uses model only.
"""
