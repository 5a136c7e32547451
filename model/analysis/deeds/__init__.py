"""What boots did, as their logs tell it, and two boots held against each other by that.

May use base to index.
"""
