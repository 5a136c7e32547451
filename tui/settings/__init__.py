"""What people settle: keys and what they do, config.toml, what is kept between runs.

May use model and boots.
"""
