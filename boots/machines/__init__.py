"""The shipped machines: data."""
