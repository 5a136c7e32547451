"""Questions about a boot: made from its trace, asked before the answer is seen, compared with what is said.

No answer stands anywhere but in the trace.  May use all of model but the rest of lecture.
"""
