"""Commands given with the command line, in files or at standard input, done with or without a screen.

May use the command line's own modules and the model.
"""
