"""The application around the panes: layout, timeline, prompt, help, palette, start and end.

May use settings to actions.
"""
