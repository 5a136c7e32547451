"""The commands of a presentation: whether there is one, its keys, its time.

May use what actions use.
"""
