"""The hub that a drill is held on: its endpoints, its records, its functions' logs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httpx

from simulations.cloud import running
from simulations.cloud.gate_client import GateClient
from simulations.cloud.realisers.base import Cloud
from simulations.cloud.ticks import TIMEOUT_TICKS, fire
from simulations.operations.dead_letters import queues_of
from simulations.operations.errors import StoresUnknown
from simulations.operations.event_streams import read_streams
from simulations.operations.leadership import LeadershipTable
from simulations.operations.scanning import scan, values_of
from simulations.operations.stores import hub_sources
from simulations.traffic.client import HubClient
from simulations.traffic.connections import ROOT_ACCOUNT, client_secret, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_sqs.client import SQSClient

    from simulations.checkers.sources import HubSources
    from simulations.cloud.running import Deployed
    from simulations.operations.dead_letters import DeadLetterQueue
    from simulations.operations.event_streams import StreamedEvent

FENCED = frozenset({"fenced", "refused_other_region"})
"""Outcomes in the functions' logs that say: the transaction is another Region's now, by its record."""
ON_THE_PATH = ("incoming", "processing", "releasing")
"""The functions that move a transaction on by a message from a queue."""


@dataclass(frozen=True, slots=True)
class DrilledHub:
    """What runs. status: the document of `twinrail status --json`; home: by which commands find it."""

    status: Mapping[str, Any]
    deployed: Deployed
    home: Path

    @classmethod
    def at(cls, home: Path) -> DrilledHub:
        """What runs at a home. Raises NotRunningError when nothing does."""
        return cls(running.status(home=home).document(), running.deployed(home=home), home)

    @property
    def environment(self) -> str:
        """Its name."""
        return str(self.status["environment"])

    @property
    def regions(self) -> tuple[str, ...]:
        """Both Regions, the first one first."""
        return tuple(self.status["regions"])

    def other(self, region: str) -> str:
        """The Region opposite."""
        return next(each for each in self.regions if each != region)

    @property
    def gate(self) -> GateClient:
        """Where faults are injected."""
        return GateClient(self.deployed.aws_endpoint)

    def client(self, region: str, participant: str, http: httpx.Client) -> HubClient:
        """A participant's client of one Region."""
        known = cast("Mapping[str, Mapping[str, str]]", self.deployed.exports_by_region[region]["clients"])[participant]
        secret = client_secret(self.deployed.aws_endpoint, region, known["secret_arn"])
        endpoint = connect(self.status, region, http).endpoint
        return HubClient(replace(endpoint, client_id=known["client_id"], client_secret=secret), http)

    @property
    def participants(self) -> tuple[str, ...]:
        """The names of its clients, the same in every Region."""
        clients = self.deployed.exports_by_region[self.regions[0]]["clients"]
        return tuple(sorted(cast("Mapping[str, object]", clients)))

    def function_name(self, region: str, function: str) -> str:
        """What AWS calls a function of the program."""
        return cast("Mapping[str, str]", self.deployed.exports_by_region[region]["function_names"])[function]

    def leadership(self, region: str) -> LeadershipTable:
        """Who leads for whom, read in this Region."""
        name = self.deployed.foundation.get("leadership_table_name")
        if not isinstance(name, str):
            raise StoresUnknown("the deployment tells no leadership_table_name; run: twinrail up")
        return LeadershipTable(cast("DynamoDBClient", self._aws("dynamodb", region)), name)

    def sources(self) -> AbstractContextManager[HubSources]:
        """The stores, as checkers read them."""
        return hub_sources(self.deployed.aws_endpoint, self.deployed.foundation, self.deployed.ledger_port)

    def dead_letter_queues(self) -> list[DeadLetterQueue]:
        """Of both Regions."""
        return queues_of(self.deployed.exports_by_region, lambda region: cast("SQSClient", self._aws("sqs", region)))

    def in_clear(self) -> Counter[str]:
        """By store, how much of the parties of drills' payments and of the samples is to be read there."""
        return Counter(each.store for each in scan(self.deployed, self.home, values_of()).findings)

    def events(self) -> Mapping[str, Sequence[StreamedEvent]]:
        """What each Region's event stream holds. Raises StreamUnreachable."""
        return read_streams(self.deployed.exports_by_region)

    def ask_for_copies(self) -> None:
        """Bring forward the schedule's next tick, in which the copies are made that are missing in a Region."""
        for region in self.regions:
            fire(self._cloud(region), str(self.deployed.exports_by_region[region][TIMEOUT_TICKS]))

    def healthy(self, region: str, http: httpx.Client) -> bool:
        """Whether the Region itself says that it can carry payments."""
        try:
            answer = http.get(f"{self.status['regions'][region]['api']}/health")
        except httpx.TransportError:
            return False
        return answer.status_code == HTTPStatus.OK

    def fenced(self, region: str, since: float) -> Counter[str]:
        """By function, how often it found in this Region that a transaction had been taken from it; from its logs.

        Each time a conditional write was refused, for its owner or its epoch. since: epoch seconds.
        """
        found: Counter[str] = Counter()
        for function in ON_THE_PATH:
            found[function] = sum(
                line.get("outcome") in FENCED
                for line in self._logged(region, f"/aws/lambda/{self.function_name(region, function)}", since)
            )
        return +found

    def _logged(self, region: str, group: str, since: float) -> Iterator[Mapping[str, object]]:
        client = cast("CloudWatchLogsClient", self._aws("logs", region))
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=int(since * 1000))
        for page in pages:
            for event in page["events"]:
                if event.get("message", "").startswith("{"):
                    yield json.loads(event["message"])

    def _aws(self, service: str, region: str) -> object:
        return self._cloud(region).client(service)

    def _cloud(self, region: str) -> Cloud:
        return Cloud(self.deployed.aws_endpoint, ROOT_ACCOUNT, region)
