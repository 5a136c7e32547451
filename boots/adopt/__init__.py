"""A machine written from a kernel's log, so that its boot can be varied without its kernel and its board.

May use everything before it; the log comes read and understood (model/logs).
"""
