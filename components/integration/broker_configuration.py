"""Who may do what on the brokers, as ActiveMQ reads it.

Amazon MQ Developer Guide, "Amazon MQ Broker Configuration Parameters": what is not permitted there is not taken.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://activemq.apache.org/schema/core"
HUB, ON_PREMISES = "hub", "on-premises"
"""Users, each the one member of a group of the same name."""
INCOMING, OUTGOING = "payments.incoming", "payments.outgoing"
DEAD_LETTERS = "ActiveMQ.DLQ"
EVERYTHING = ">"
BOTH = f"{HUB},{ON_PREMISES}"


def broker_configuration() -> str:
    """Messages are on disk before they are acknowledged. Systems on premises put into one queue and take from another.

    Rights add up: what the hub may on every queue it may on these. A queue is made by its first user, who needs admin.
    """
    broker = Element("broker", {"xmlns": NAMESPACE})
    plugins = SubElement(broker, "plugins")
    SubElement(plugins, "forcePersistencyModeBrokerPlugin", {"persistenceFlag": "true"})
    entries = SubElement(
        SubElement(SubElement(SubElement(plugins, "authorizationPlugin"), "map"), "authorizationMap"),
        "authorizationEntries",
    )
    for kind, name, rights in (
        ("queue", EVERYTHING, {"read": HUB, "write": HUB, "admin": HUB}),
        ("queue", INCOMING, {"read": HUB, "write": ON_PREMISES, "admin": ON_PREMISES}),
        ("queue", OUTGOING, {"read": ON_PREMISES, "write": HUB, "admin": ON_PREMISES}),
        # Every client listens to these, to know of the broker's own doings.
        ("topic", f"ActiveMQ.Advisory.{EVERYTHING}", {"read": BOTH, "write": BOTH, "admin": BOTH}),
    ):
        SubElement(entries, "authorizationEntry", {kind: name, **rights})
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + tostring(broker, encoding="unicode")
