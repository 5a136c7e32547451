"""Answers of the debugger as commands of their own: ledger, why, who, x, print, regions, events.

May use all of the command line but other commands; what is answered is the debugger's business.
"""
