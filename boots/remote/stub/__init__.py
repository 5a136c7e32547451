"""What a stub is asked of its target: registers, memory, breakpoints, to run and to stop.

Each part asks over one connection (`wire`).
"""
