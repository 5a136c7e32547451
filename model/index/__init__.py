"""What of a trace is where: calls, operations of memblock, what touched which memory, phases.

Each index is made once from a whole trace. May use base to source.
"""
