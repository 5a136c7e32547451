"""Where two boots part: both aligned by the calls that they make, and the first call that is not the same named,
with arguments, results and states.

May use base to index, and the analysis of calls and owners.
"""
