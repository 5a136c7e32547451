"""``bootstep serve``: the app in a browser, a process of its own for each visitor, who can reach no file.

May use what the command line may; textual-serve, an extra, where it serves.
"""
