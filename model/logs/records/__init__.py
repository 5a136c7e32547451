"""What lines of kernel logs say, as data: a type for each kind of line, whatever release printed it."""
