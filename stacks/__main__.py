"""Every stack of Twinrail: load the settings, build the layer that this stack is, export."""

from __future__ import annotations

import sys
from pathlib import Path

import pulumi

# The Pulumi CLI runs this folder as a program, with the folder itself on the path: absolute imports need the one above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stacks.foundation import build_foundation
from stacks.region import build_region
from stacks.settings import settings_of_stack

stack = settings_of_stack()
exports = build_foundation(stack.settings) if stack.region is None else build_region(stack.settings, stack.region)
for name, value in exports.items():
    pulumi.export(name, value)
