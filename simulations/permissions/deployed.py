"""Grants as they are deployed, and calls as IAM decided them, from a running embedded cloud.

Both of one function in all Regions together: what names its own Region or another is written with `{home}` and
`{other}`, so that a call seen in one Region is one of the function. A key is named by its alias: its id differs from
one deployment to the next, and the evidence of two deployments is laid together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.cloud.gate_client import GateClient
from simulations.permissions.comparison import Evidence, Grant, SeenCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulations.cloud.realisers.base import Cloud

VIA_SERVICE = "kms:ViaService"
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda does by a function's role to feed it from a queue; the emulator's poller does so behind the gate."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How resources are written: relative to the Regions there are, keys by the aliases that they have (`key/id`)."""

    regions: tuple[str, ...]
    aliases: Mapping[str, str]

    def relative(self, resource: str, home: str) -> str:
        """An ARN as one function sees it whose own Region is `home`."""
        for region in self.regions:
            resource = resource.replace(region, "{home}" if region == home else "{other}")
        start, colon, named = resource.rpartition(":")
        return f"{start}{colon}{self.aliases.get(named, named)}"


def evidence(clouds: Iterable[Cloud]) -> Evidence:
    """What every function of these Regions may do, and what it was seen to do since the cloud's start.

    For a queue that feeds it, Lambda's polling is taken as seen.

    Raises EmulatorError when the cloud does not answer.
    """
    regions = {cloud.region: cloud for cloud in clouds}
    known = Naming(tuple(regions), dict(pair for cloud in regions.values() for pair in _aliases(cloud)))
    grants: set[Grant] = set()
    owners: dict[str, tuple[str, str, str]] = {}
    for region, cloud in regions.items():
        for configuration in _functions(cloud):
            name, role = str(configuration["FunctionName"]), str(configuration["Role"]).rpartition("/")[2]
            function = _short(name)
            owners[role] = (function, region, name)
            grants.update(_grants(cloud, role, function, known))
    seen = {call for cloud in regions.values() for call in _polled(cloud, known)}
    for each in GateClient(next(iter(regions.values())).endpoint).authorizations():
        function, region, session = owners.get(each["role"], ("", "", ""))
        # Whoever else took the role on (a test that attempts something) gave another name than Lambda gives.
        if session and each["session"] == session:
            resource = known.relative(each["resource"], region)
            seen.add(SeenCall(function, each["action"], resource, each["allowed"]))
    return Evidence(frozenset(grants), frozenset(seen))


def of_statement(statement: Mapping[str, Any], function: str, home: str, known: Naming) -> Iterator[Grant]:
    """The grants of one Allow statement."""
    asked = {key for conditions in statement.get("Condition", {}).values() for key in conditions}
    for action in statement["Action"]:
        for resource in statement["Resource"]:
            yield Grant(function, action, known.relative(resource, home), through_service=VIA_SERVICE in asked)


def _functions(cloud: Cloud) -> Iterator[Mapping[str, Any]]:
    for page in cloud.client("lambda").get_paginator("list_functions").paginate():
        yield from page["Functions"]


def _polled(cloud: Cloud, known: Naming) -> Iterator[SeenCall]:
    for page in cloud.client("lambda").get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            function = _short(str(mapping["FunctionArn"]).split(":")[6])
            source = known.relative(str(mapping["EventSourceArn"]), cloud.region)
            yield from (SeenCall(function, action, source, allowed=True) for action in POLLING if ":sqs:" in source)


def _short(name: str) -> str:
    """The function's own name, without the hub's and the environment's before it."""
    return name.split("-", 2)[2]


def _grants(cloud: Cloud, role: str, function: str, known: Naming) -> Iterator[Grant]:
    # boto3-stubs knows services by literal names.
    iam: Any = cloud.client("iam")
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for statement in (json.loads(document) if isinstance(document, str) else document)["Statement"]:
            if statement["Effect"] == "Allow":
                yield from of_statement(statement, function, cloud.region, known)


def _aliases(cloud: Cloud) -> Iterator[tuple[str, str]]:
    for page in cloud.client("kms").get_paginator("list_aliases").paginate():
        for each in page["Aliases"]:
            if "TargetKeyId" in each:
                yield f"key/{each['TargetKeyId']}", str(each["AliasName"])
