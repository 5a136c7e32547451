"""A kernel log as a boot: what its lines say is done again, step by step, into a trace."""
