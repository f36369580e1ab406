"""Two deployments of dev for all integration tests (`hub`): their xdist groups see to it that a worker deploys once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from lambdas.adapters.envelopes import KmsEnvelopes
from lambdas.core.payload import sealed_for
from simulations.cloud.realisers.base import Cloud
from simulations.traffic.client import HubClient
from simulations.traffic.connections import client_secret, connect

REGIONS = ("eu-west-1", "eu-west-2")


SECOND_HUB = frozenset(
    {
        "test_bad_input",
        "test_cancellation",
        "test_deadlines",
        "test_ledger",
        "test_reconcile",
        "test_replay",
        "test_samples",
        "test_scan",
    }
)
"""The modules that take a hub of their own, so that two workers share what mostly waits."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rsplit("/", 1)[0]):
            item.add_marker(pytest.mark.integration)
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group("second-hub" if item.path.stem in SECOND_HUB else "hub"))


@dataclass(frozen=True)
class Hub:
    """The deployment under test: the document of `twinrail status --json`, its exports, and an HTTP pool.

    home: what TWINRAIL_HOME is to name for a command to find it.
    """

    status: dict[str, Any]
    exports: dict[str, dict[str, Any]]
    http: httpx.Client
    ledger_port: int
    home: Path

    def client(self, region: str, name: str = "participant-a") -> HubClient:
        known = self.exports[f"dev-{region}"]["clients"][name]
        secret = client_secret(self.status["aws_endpoint"], region, known["secret_arn"])
        endpoint = connect(self.status, region, self.http).endpoint
        return HubClient(replace(endpoint, client_id=known["client_id"], client_secret=secret), self.http)

    def envelopes(self, region: str) -> KmsEnvelopes:
        """What seals and opens in a Region, as its functions do."""
        key_arn = self.exports["dev-foundation"]["envelope_key_arns"][region]
        return KmsEnvelopes(lambda: self.aws("kms", region), key_arn, region)

    def content(self, region: str, key: str) -> bytes:
        """What is under a key of a Region's payload bucket, opened."""
        return self.envelopes(region).open(sealed_for(key), self.sealed(region, key))

    def sealed(self, region: str, key: str) -> bytes:
        """The same, as it lies there."""
        bucket = self.exports["dev-foundation"]["payload_buckets"][region]
        sealed: bytes = self.aws("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read()
        return sealed

    def aws(self, service: str, region: str) -> Any:
        return Cloud(self.status["aws_endpoint"], "000000000000", region).client(service)
