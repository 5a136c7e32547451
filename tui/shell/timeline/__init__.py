"""The bar of the boot's phases below the panes, what is marked on it, and how its columns are shared.

May use settings to panes.
"""
