"""Commands that list what comes with the program: machines, releases.

May use the command line's own modules and the loader.
"""
