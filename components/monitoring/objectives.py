"""What the hub promises on its speed, and the alarms of a budget that burns too fast.

Several windows, several rates (the Site Reliability Workbook, "Alerting on SLOs", 6): a fast burn is told of within
minutes, a slow one before it has eaten the month, and neither goes on once it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.monitoring.alerts import WINDOW
from components.monitoring.api_metrics import AUTHORISING, NAMESPACE, Operation, dimensions

if TYPE_CHECKING:
    from components.blocks.naming import Names

SLOWEST_PERIOD_SECONDS, SLOWEST_PERIODS = 300, 3
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Burn:
    """A rate, as a multiple of what eats the budget in 30 days; a window to be sure, a short one to be over it soon."""

    name: str
    rate: float
    seconds: int
    short_seconds: int


BURNS = (Burn("fast", 14.4, 3_600, 300), Burn("slow", 6.0, 21_600, 1_800))
"""2 % of the month's budget in an hour; 5 % in six."""


@dataclass(frozen=True, slots=True)
class ObjectiveSettings:
    """Of a million calls, no more than `misses_per_million` take longer than `within_ms` or fail.

    `p99_ms`: what 99 of 100 take at most. `least_calls`: in a window with fewer, a single one would be an alarm.
    """

    within_ms: int
    misses_per_million: int
    p99_ms: int
    least_calls: int


@dataclass(frozen=True, slots=True)
class ObjectivesArgs:
    """`api_name`, `stage`: of the API whose callers wait."""

    names: Names
    api_name: str
    stage: str
    settings: ObjectiveSettings


def burn_alarms(names: Names) -> tuple[str, ...]:
    """The names in AWS of the alarms of burn rates."""
    return tuple(names.regional(_called(burn)) for burn in BURNS)


def _called(burn: Burn) -> str:
    return f"objective-{burn.name}"


class Objectives(pulumi.ComponentResource):
    """An alarm for each burn, made of one for each of its windows; and one for each operation's slowest hundredth.

    A call that failed is a miss, however fast it was. One that was slow and failed counts twice: never too late.
    """

    def __init__(self, name: str, args: ObjectivesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:Objectives", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        for burn in BURNS:
            self._burn(burn)
        for operation in AUTHORISING:
            self._slowest(operation)
        self.register_outputs({})

    def _burn(self, burn: Burn) -> None:
        windows = [self._window(burn, seconds) for seconds in (burn.seconds, burn.short_seconds)]
        rule = pulumi.Output.all(*(window.name for window in windows)).apply(
            lambda names: " AND ".join(f'ALARM("{each}")' for each in names)
        )
        settings = self._args.settings
        aws.cloudwatch.CompositeAlarm(
            _called(burn),
            alarm_name=self._args.names.regional(_called(burn)),
            alarm_description=f"Calls that fail or take longer than {settings.within_ms} ms are {burn.rate:g} times as "
            f"many as the budget of {settings.misses_per_million} in a million bears.",
            alarm_rule=rule,
            opts=self._child,
        )

    def _window(self, burn: Burn, seconds: int) -> aws.cloudwatch.MetricAlarm:
        name = f"{_called(burn)}-{seconds}{WINDOW}"
        settings = self._args.settings
        return aws.cloudwatch.MetricAlarm(
            name,
            name=self._args.names.regional(name),
            alarm_description="A window of a burn rate: it means nothing alone.",
            metric_queries=[
                aws.cloudwatch.MetricAlarmMetricQueryArgs(
                    id="misses",
                    label="Misses in a million calls",
                    expression=_misses(settings.least_calls),
                    return_data=True,
                ),
                *(query for number, each in enumerate(AUTHORISING) for query in self._measured(number, each, seconds)),
            ],
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=round(burn.rate * settings.misses_per_million, 3),
            treat_missing_data="notBreaching",
            opts=self._child,
        )

    def _measured(
        self, number: int, operation: Operation, seconds: int
    ) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
        """How many in a hundred were in time (a percentile rank), how many failed, how many there were."""
        measures = (
            (f"within{number}", "Latency", f"PR(:{self._args.settings.within_ms})"),
            (f"failed{number}", "5XXError", "Sum"),
            (f"calls{number}", "Latency", "SampleCount"),
        )
        return [
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=key,
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=NAMESPACE,
                    metric_name=metric,
                    dimensions=dict(dimensions(self._args.api_name, self._args.stage, operation)),
                    period=seconds,
                    stat=statistic,
                ),
            )
            for key, metric, statistic in measures
        ]

    def _slowest(self, operation: Operation) -> None:
        settings = self._args.settings
        name = f"objective-p99-{operation.name}"
        aws.cloudwatch.MetricAlarm(
            name,
            name=self._args.names.regional(name),
            alarm_description=f"One of a hundred calls takes longer than {settings.p99_ms} ms.",
            namespace=NAMESPACE,
            metric_name="Latency",
            dimensions=dict(dimensions(self._args.api_name, self._args.stage, operation)),
            extended_statistic="p99",
            # With a handful of calls the slowest one is the hundredth.
            evaluate_low_sample_count_percentiles="ignore",
            period=SLOWEST_PERIOD_SECONDS,
            evaluation_periods=SLOWEST_PERIODS,
            comparison_operator="GreaterThanThreshold",
            threshold=settings.p99_ms,
            treat_missing_data="notBreaching",
            opts=self._child,
        )


def _misses(least_calls: int) -> str:
    """Metric math: what nobody called is filled in, so that it takes nothing from what others called."""
    numbers = range(len(AUTHORISING))
    calls = "+".join(f"FILL(calls{each},0)" for each in numbers)
    missed = "+".join(f"FILL(calls{each},0)*(1-FILL(within{each},100)/100)+FILL(failed{each},0)" for each in numbers)
    return f"IF({calls}>={least_calls},{MILLION}*({missed})/({calls}),0)"
