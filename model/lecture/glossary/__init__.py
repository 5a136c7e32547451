"""What the words on the screen mean: terms in files, each in every language.

`terms` finds one by its word, `questions` tells of it, and of all words on a line.
"""
