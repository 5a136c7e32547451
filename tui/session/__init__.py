"""One person's way through one boot: what is recorded, where one stands, what the panes are given of it.

Knows no widget. May use settings and draw.
"""
