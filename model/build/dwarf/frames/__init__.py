"""What DWARF tells of the stack frame of a function at an address: its variables, and where its caller's
registers are.  Knows no memory and no registers: who has these works the values out."""
