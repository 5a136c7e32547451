"""Presenting to a class: how it was asked for, the time, and the speaker's notes on their way to a second
terminal.

May use the model and the settings; it draws nothing.
"""
