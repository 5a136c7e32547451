"""Commands and their answers.

May use what all panes may.
"""
