"""Questions about a boot, from the command line."""
