"""What `import bootstep` gives: boots, their events and states as typed Python objects, which notebooks show
as tables and maps.

May use all of tui that needs no screen: the command line's way to name a machine, and how it says what is
wrong.
"""
