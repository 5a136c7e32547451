"""Where the RAM of a machine went, as far as its kernel's log tells.

Uses the records of model.logs; a state or a trace is not needed.
"""
