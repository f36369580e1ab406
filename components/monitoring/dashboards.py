"""The payment path of a Region on one page, and the questions that are asked of its logs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import pulumi
import pulumi_aws as aws

from components.monitoring.api_metrics import AUTHORISING, NAMESPACE, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

Widget: TypeAlias = "dict[str, object]"
WIDTH, HEIGHT, COLUMNS = 8, 6, 3
"""The grid is 24 wide (CloudWatch API Reference, "Dashboard body structure and syntax")."""
PERIOD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PaymentDashboardsArgs:
    """`functions`, `queues`, `dead_letter_queues`: names in AWS, in the order of the path. `log_groups`: what is asked.

    `within_ms`, `p99_ms`: the objectives, as lines in the graphs. `alarm_arns`: alarms that are shown as they stand.
    """

    names: Names
    region: str
    api_name: str
    stage: str
    functions: tuple[str, ...]
    queues: tuple[str, ...]
    dead_letter_queues: tuple[str, ...]
    log_groups: tuple[str, ...]
    within_ms: int
    p99_ms: int
    alarm_arns: tuple[pulumi.Input[str], ...]


class PaymentDashboards(pulumi.ComponentResource):
    """A dashboard made from the names of what is on the path, and queries that are there before they are needed."""

    def __init__(self, name: str, args: PaymentDashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:PaymentDashboards", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        dashboard = aws.cloudwatch.Dashboard(
            name,
            dashboard_name=args.names.regional(f"payments-{args.region}"),
            dashboard_body=pulumi.Output.json_dumps({"widgets": _placed(_widgets(args))}, sort_keys=True),
            opts=child,
        )
        for question, query in QUERIES.items():
            aws.cloudwatch.QueryDefinition(
                question,
                # A slash makes a folder in the console.
                name=f"{args.names.regional('payments')}/{question}",
                log_group_names=list(args.log_groups),
                query_string=query,
                opts=child,
            )
        self.register_outputs({"dashboardArn": dashboard.dashboard_arn})


QUERIES: Mapping[str, str] = MappingProxyType(
    {
        "errors": 'fields @timestamp, @log, message\n| filter level = "ERROR"\n| sort @timestamp desc\n| limit 200',
        "one-transaction": "fields @timestamp, @log, message\n| filter @message like /ID/\n| sort @timestamp asc",
        "slowest": "filter duration_ms > 0\n| stats pct(duration_ms, 99) as p99, count() as n by @log\n| sort p99 desc",
    }
)
"""CloudWatch Logs Insights, on the fields that every function logs: an index would be a second copy of every line."""


def _widgets(args: PaymentDashboardsArgs) -> list[Widget]:
    function = [("AWS/Lambda", "FunctionName", each) for each in args.functions]
    queue = [("AWS/SQS", "QueueName", each) for each in args.queues]
    dead = [("AWS/SQS", "QueueName", each) for each in args.dead_letter_queues]
    return [
        {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(args.alarm_arns)}},
        _latency(args, "The slowest of a hundred", "p99", args.p99_ms),
        _latency(args, f"In time: {args.within_ms} ms, of a hundred", f"PR(:{args.within_ms})", None),
        _graph(args, "Calls", [_of_api(args, each, "Count", "Sum") for each in AUTHORISING]),
        _graph(args, "Failures of the hub", [_of_api(args, each, "5XXError", "Sum") for each in AUTHORISING]),
        _graph(args, "Refusals", [_of_api(args, each, "4XXError", "Sum") for each in AUTHORISING]),
        _graph(args, "Functions: the slowest of a hundred (ms)", _lines(function, "Duration", "p99")),
        _graph(args, "Functions: errors", _lines(function, "Errors", "Sum")),
        _graph(args, "Functions: throttled", _lines(function, "Throttles", "Sum")),
        _graph(args, "Queues: oldest message (s)", _lines(queue, "ApproximateAgeOfOldestMessage", "Maximum")),
        _graph(args, "Queues: messages", _lines(queue, "ApproximateNumberOfMessagesVisible", "Maximum")),
        _graph(args, "Dead letters", _lines(dead, "ApproximateNumberOfMessagesVisible", "Maximum")),
    ]


def _latency(args: PaymentDashboardsArgs, title: str, statistic: str, line_ms: int | None) -> Widget:
    lines = [_of_api(args, each, "Latency", statistic) for each in AUTHORISING]
    return _graph(args, title, lines, line_ms)


def _graph(args: PaymentDashboardsArgs, title: str, metrics: list[list[object]], line: int | None = None) -> Widget:
    properties: Widget = {
        "title": title,
        "region": args.region,
        "view": "timeSeries",
        "period": PERIOD_SECONDS,
        "metrics": metrics,
    }
    if line is not None:
        properties["annotations"] = {"horizontal": [{"label": "objective", "value": line}]}
    return {"type": "metric", "properties": properties}


def _of_api(args: PaymentDashboardsArgs, operation: Operation, metric: str, statistic: str) -> list[object]:
    measured = ["ApiName", args.api_name, "Stage", args.stage, "Method", operation.method, "Resource", operation.path]
    return [NAMESPACE, metric, *measured, {"label": operation.name, "stat": statistic}]


def _lines(of: list[tuple[str, str, str]], metric: str, statistic: str) -> list[list[object]]:
    return [[namespace, metric, kind, name, {"stat": statistic}] for namespace, kind, name in of]


def _placed(widgets: list[Widget]) -> list[Widget]:
    """In rows of COLUMNS."""
    return [
        {"x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "width": WIDTH, "height": HEIGHT, **each}
        for number, each in enumerate(widgets)
    ]
