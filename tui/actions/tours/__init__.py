"""Tours: the list of them, the way from stop to stop, the questions at a stop, the command.

May use what actions use, and the tours of the model.
"""
