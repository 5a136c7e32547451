"""The kernel a machine names: file, configuration, release, sizes of structures; or a shipped one.

May use loader's files, and model.
"""
