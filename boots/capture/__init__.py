"""Taking a machine down from the Linux that runs on it.

May use loader, and model.
"""
