"""The trace: everything a boot did, event by event, every change reversible; its writers, and moves in it.

May use base.
"""
