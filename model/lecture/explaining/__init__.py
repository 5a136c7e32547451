"""Any event of a boot in plain sentences, made from its trace: what happens, who does it and why, what comes
before and after it, and what becomes of it.

`explain` is the way in.  `purposes.toml` has what each kernel function is for, `variables.toml` what a
variable is, `owners.toml` why somebody's memory is kept, `lines.toml` what a line of the log tells; each in
every language.
"""
