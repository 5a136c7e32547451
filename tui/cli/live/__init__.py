"""``bootstep live``: a kernel that really runs is recorded, in the app or without it.

`live` is the command; `arguments` reads its words, `recording` records without a screen, `summary` tells of
it.
"""
