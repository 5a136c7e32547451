"""The GDB remote protocol: a target's registers, memory and breakpoints, over a socket.  It knows no kernel.

May use model's base and language.
"""
