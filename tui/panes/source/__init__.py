"""The source of the function that runs: the model's, and the kernel's own.

May use what all panes may.
"""
