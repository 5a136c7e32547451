"""Which functions of memory's boot are watched, and how their arguments are read."""
