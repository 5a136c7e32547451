"""Other boots than the one that was opened: what-ifs, and boots beside it.

May use the actions, sessions and panes.
"""
