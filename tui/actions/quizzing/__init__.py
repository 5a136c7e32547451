"""Questions about the boot on the screen: predict, then see.

May use what actions use, and the questions of the model.
"""
