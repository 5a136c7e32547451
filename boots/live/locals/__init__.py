"""Local variables of the functions that are open while a kernel runs, by its DWARF: at each stop registers
and stack are kept as they are, and worked out when somebody asks."""
