"""Where the command line keeps what it knows of the running cloud."""

from __future__ import annotations

import os
from pathlib import Path

from simulations.cloud.running import HOME


def home() -> Path:
    """`.twinrail/` in the project, or the folder that the variable TWINRAIL_HOME names: one running cloud each."""
    return Path(os.environ.get("TWINRAIL_HOME") or HOME).absolute()
