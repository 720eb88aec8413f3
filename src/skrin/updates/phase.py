"""What goes on with an installation, by the names that its state's file notes it under.

Who only watches reads the file itself (`skrin.till.host.probe`), and knows these names.
"""

from __future__ import annotations

STATE_FILE = "state.json"
IDLE, FETCHING, PREPARING, READY, TRYING = "idle", "fetching", "preparing", "ready", "trying"
