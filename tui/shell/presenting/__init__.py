"""The application in front of a class: the pane that is raised, the light on what changed, keys, time.

Loaded when somebody presents, never before.  May use whatever the shell uses.
"""
