"""Makes the modules beside it importable for the tests below."""
