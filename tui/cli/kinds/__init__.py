"""What the word MACHINE of a command line may name: each kind a module, with the options it has.

May use all of tui but the commands.
"""
