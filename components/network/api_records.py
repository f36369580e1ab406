"""One Region's part in the answers of DNS: its health checks and its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.network.api_names import ApiNames

HEALTH_PATH = "/health"
HTTPS_PORT = 443
Standing = Literal["PRIMARY", "SECONDARY"]


@dataclass(frozen=True, slots=True)
class Probing:
    """How Route 53 asks: every `interval_seconds`, `failures` in a row make it unwell, as many successes well again."""

    interval_seconds: int
    failures: int


@dataclass(frozen=True, slots=True)
class ApiRecordsArgs:
    """`targets`: the API's custom domains by what their names are for. `standing`: whether the single name prefers it.

    `switch_check_id`: a check whose state an operator holds; None where there is no such switch.
    """

    api_names: ApiNames
    region: str
    zone_id: pulumi.Input[str]
    targets: Mapping[str, pulumi.Input[str]]
    ttl_seconds: int
    probing: Probing
    standing: Standing
    switch_check_id: pulumi.Input[str] | None


class ApiRecords(pulumi.ComponentResource):
    """The Region's own name, and its share of the two that both Regions have.

    A Region is answered with while its own `GET /health` is, which says 503 as soon as it cannot carry payments or was
    taken over. Route 53 sees that from outside, and nobody has to tell it. CNAMEs, because an alias takes its target's
    TTL, which is not ours to choose.
    """

    def __init__(self, name: str, args: ApiRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:ApiRecords", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._own()
        check_id = self._check(name)
        self._shared(check_id)
        self._single(check_id)
        self.health_check_id = check_id
        self.register_outputs({"healthCheckId": check_id})

    def _check(self, name: str) -> pulumi.Output[str]:
        endpoint = aws.route53.HealthCheck(
            f"{name}-endpoint",
            type="HTTPS",
            fqdn=self._args.api_names.of(self._args.region),
            port=HTTPS_PORT,
            resource_path=HEALTH_PATH,
            enable_sni=True,
            request_interval=self._args.probing.interval_seconds,
            failure_threshold=self._args.probing.failures,
            opts=self._child,
        )
        if self._args.switch_check_id is None:
            return endpoint.id
        # A record takes one check: this one is well while both are.
        both = [endpoint.id, pulumi.Output.from_input(self._args.switch_check_id)]
        combined = aws.route53.HealthCheck(
            name, type="CALCULATED", child_healthchecks=both, child_health_threshold=len(both), opts=self._child
        )
        return combined.id

    def _own(self) -> None:
        aws.route53.Record(
            "own",
            zone_id=self._args.zone_id,
            name=self._args.api_names.of(self._args.region),
            type="CNAME",
            ttl=self._args.ttl_seconds,
            records=[self._args.targets["own"]],
            opts=self._child,
        )

    def _shared(self, check_id: pulumi.Output[str]) -> None:
        aws.route53.Record(
            "shared",
            zone_id=self._args.zone_id,
            name=self._args.api_names.shared,
            type="CNAME",
            ttl=self._args.ttl_seconds,
            records=[self._args.targets["shared"]],
            set_identifier=self._args.region,
            health_check_id=check_id,
            latency_routing_policies=[aws.route53.RecordLatencyRoutingPolicyArgs(region=self._args.region)],
            opts=self._child,
        )

    def _single(self, check_id: pulumi.Output[str]) -> None:
        aws.route53.Record(
            "single",
            zone_id=self._args.zone_id,
            name=self._args.api_names.single,
            type="CNAME",
            ttl=self._args.ttl_seconds,
            records=[self._args.targets["single"]],
            set_identifier=self._args.region,
            health_check_id=check_id,
            failover_routing_policies=[aws.route53.RecordFailoverRoutingPolicyArgs(type=self._args.standing)],
            opts=self._child,
        )
