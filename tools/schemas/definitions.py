"""Which message definitions are built.

The product reads the files by name; a unit test holds this list against the definitions that the product knows.
"""

DEFINITIONS = (
    *(f"pacs.002.001.{version}" for version in (10, 11, 12, 13, 14, 15)),
    *(f"pacs.004.001.{version}" for version in ("09", 10, 11, 13, 14)),
    *(f"pacs.008.001.{version}" for version in ("08", "09", 10, 11, 12, 13)),
    *(f"pacs.009.001.{version}" for version in ("08", "09", 10, 11, 12)),
    *(f"pain.001.001.{version}" for version in ("09", 10, 11, 12)),
    *(f"pain.002.001.{version}" for version in (10, 11, 12, 14)),
    *(f"camt.029.001.{version}" for version in ("09", 10, 11, 13)),
    *(f"camt.056.001.{version}" for version in ("08", "09", 10, 11)),
    *(f"head.001.001.0{version}" for version in (1, 2, 3, 4)),
)


def root_class(definition: str) -> str:
    """The class that describes the root element: a business application header is an AppHdr, all else a Document."""
    return "AppHdr" if definition.startswith("head.001.") else "Document"
