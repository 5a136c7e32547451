"""A trace as bytes, and back: nothing in them is executed, and nothing is believed before it is checked.

`container` holds named sections (sizes, checksums, compression), `shapes` turns records into plain data and
back by their type hints, `arguments` does so for values of any kind, `write` and `read` for a whole trace.

    seal({"facts": pack(plain(facts)), "trace": encode(trace)}) -> bytes       container, shapes, write
    unseal(data) -> {"facts": bytes, "trace": bytes}                           container
    Shapes(...).build(unpack(data), Facts) -> Facts                            shapes
    decode(data, state, contents_of(state.parts)) -> Trace                     read, model/memory/sound

Whatever is wrong raises `TraceFileError`, whose words complete "FILE ": "is cut off after 12 bytes".
"""
