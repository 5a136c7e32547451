"""What keys, palette and commands do, a module for each subject; `registry` lists all of it.

May use settings to panes, and of the app only `session.context`.
"""
