"""Builds the packages that Lambda runs: one zip of function code, one layer of what it depends on, and a manifest.

The same tree is built for this machine (``dist/local``) and for AWS (``dist/aws/x86_64`` and ``dist/aws/arm64``).
Nothing of it needs Docker: wheels for AWS's platform are chosen by tag, and bytecode is independent of the processor.
"""
