"""The embedded cloud: an AWS emulator on loopback, and the engine that deploys the Pulumi program into it."""
