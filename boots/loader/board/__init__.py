"""The board: its device tree, from whatever somebody has of it, and changes of it.

May use loader's files, and model.
"""
