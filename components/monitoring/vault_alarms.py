"""Alarms of the vault: more is seen in clear, or denied, in a minute than anyone's work explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

PERIOD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class VaultAlarmsArgs:
    """`log_group_name` is the vault function's. `detokenised`, `denied`: values in a minute that raise an alarm."""

    names: Names
    log_group_name: pulumi.Input[str]
    detokenised: int
    denied: int


class VaultAlarms(pulumi.ComponentResource):
    """Counts taken out of the function's log lines, and an alarm over each; no data is the usual night.

    Out of the log, not by a call: what is answered and what is counted are one line, and a count can neither fail nor
    delay an answer (CloudWatch Logs User Guide, "Creating metrics from log events using filters").
    """

    def __init__(self, name: str, args: VaultAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:VaultAlarms", name, None, opts)
        seen = "More values than usual left the vault in clear. Look at the audit chain: who asked, and for what."
        denied = "Many attempts at the vault were denied. Look at the audit chain: who tries what."
        self._alarm("detokenised", seen, args.detokenised, args)
        self._alarm("denied", denied, args.denied, args)
        self.register_outputs({})

    def _alarm(self, count: str, description: str, threshold: int, args: VaultAlarmsArgs) -> None:
        child = pulumi.ResourceOptions(parent=self)
        namespace, metric = args.names.regional("vault"), f"vault-{count}"
        counted = aws.cloudwatch.LogMetricFilter(
            metric,
            name=args.names.regional(metric),
            log_group_name=args.log_group_name,
            pattern=f"{{ $.{count} > 0 }}",
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=metric, namespace=namespace, value=f"$.{count}", unit="Count"
            ),
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            metric,
            name=args.names.regional(metric),
            alarm_description=description,
            namespace=namespace,
            metric_name=metric,
            statistic="Sum",
            unit="Count",
            period=PERIOD_SECONDS,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[counted]),
        )
