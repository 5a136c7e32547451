"""The welcome: what this screen is, for who sees it for the first time.

May use what panes may use.
"""
