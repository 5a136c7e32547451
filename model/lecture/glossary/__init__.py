"""What the words on the screen mean: terms in files, each in every language.

`terms` finds one by its word, `questions` tells it, `onscreen` knows which words the code can show.
"""
