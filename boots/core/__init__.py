"""The kernel that boots: its inputs, its state, its subsystems, its log and its parameters.

May use lib.
"""
