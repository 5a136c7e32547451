"""Memory and its arithmetic: the state a boot works on, the trace of what it did, answers from both.

Knows no boot and no screen. Its packages from the ground up: base, files, trace, build, memory, arch,
firmware, logs, source, index, text, analysis, debugger, pictures, views; each may use those before it.
"""
