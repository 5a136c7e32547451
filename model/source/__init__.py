"""What a trace comes from, and what is known of it beside the trace: a model's boot, a recorded one, a log, a
live kernel.  May use everything from `base` to `logs`."""
