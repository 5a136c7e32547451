"""Recording a kernel that runs: its calls, what they change, what it says, as events of a trace.

May use live's other packages.
"""
