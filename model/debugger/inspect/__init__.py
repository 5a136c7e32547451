"""What an address is, and other answers a command gives about one thing.

May use the debugger and everything below it.
"""
