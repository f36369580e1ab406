"""Rebuilds ISO 20022 schemas (XSD) at build time from the field metadata of the package pyiso20022 (MIT)."""
