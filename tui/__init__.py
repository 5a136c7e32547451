"""What people see, with a screen and without.

Uses model and boots; the only room that knows Textual. Its packages from the ground up: settings, draw,
session, panes, actions, shell, cli, api; each may use those before it.
"""

import os

# Textual paints 60 times a second at most: a key pressed just after a paint would wait 17 ms for the next.
os.environ.setdefault("TEXTUAL_FPS", "200")
