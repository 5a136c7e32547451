"""The narration of a tour, and every other page that goes with the panes: questions, the list of tours.

May use what is common to all panes.
"""
