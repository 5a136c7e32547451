"""Commands for a boot that is still being recorded, of a kernel that really runs."""
