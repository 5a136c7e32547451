"""Where two boots part: both aligned by the calls that they make, and the first call named that is not the
same, with arguments, results and states.

May use base to index, and the analysis of calls and owners.
"""
