"""What ``bootstep export`` makes of a lesson: a page, slides, a recording of the screen.

May import what the other commands do; what draws a screen, inside functions.
"""
