"""What people see."""

import os

# Textual paints 60 times a second at most: a key pressed just after a paint would wait 17 ms for the next.
os.environ.setdefault("TEXTUAL_FPS", "200")
