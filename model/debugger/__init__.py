"""A debugger without a screen: a position in a trace, moves, stops, what two boots side by side do.

May use all of model.
"""
