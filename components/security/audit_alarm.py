"""An alarm for an audit chain that does not verify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

MESSAGE = "the audit chain does not verify"
"""What the function `attest` logs; a test holds the two together."""
METRIC = "AuditChainBroken"


@dataclass(frozen=True, slots=True)
class AuditAlarmArgs:
    """`log_group_name`: of the function `attest`."""

    names: Names
    log_group_name: pulumi.Input[str]


class AuditAlarm(pulumi.ComponentResource):
    """A metric filter over the function's log, and the alarm of its first finding. See runbooks/audit-chain.md."""

    def __init__(self, name: str, args: AuditAlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:AuditAlarm", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = f"Twinrail/{args.names.environment}"
        aws.cloudwatch.LogMetricFilter(
            name,
            name=args.names.regional(name),
            log_group_name=args.log_group_name,
            pattern=f'{{ $.message = "{MESSAGE}" }}',
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=METRIC, namespace=namespace, value="1"
            ),
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            name,
            name=args.names.regional(name),
            alarm_description="Audit records were changed, removed, inserted, reordered or cut off.",
            namespace=namespace,
            metric_name=METRIC,
            statistic="Sum",
            # Ticks come once a minute.
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            treat_missing_data="notBreaching",
            opts=child,
        )
        self.register_outputs({})
