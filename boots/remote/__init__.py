"""The GDB remote protocol: a target's registers, memory and breakpoints, over a socket.  It knows no kernel.

`target` is what others see of it, `connecting` makes one; `wire` carries packets, `stub` knows what they say.
May use model's base and language.
"""
