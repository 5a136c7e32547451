"""From a file as people have it to the lines of one boot: what is packed, quoted, wrapped and put in front is
undone, and counted."""
