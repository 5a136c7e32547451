"""Taking a machine down from the Linux that runs on it."""
