"""CloudWatch: log groups and metric alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    changed,
    flag,
    mapping,
    optional_integer,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"


class LogGroup:
    """`aws:cloudwatch/logGroup:LogGroup`; identified by its name, so that what a function made by itself is adopted."""

    type = "aws:cloudwatch/logGroup:LogGroup"
    replace_on = frozenset({"name", "namePrefix", "logGroupClass"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the group, or bring the one of this name to the inputs."""
        name = text(inputs, "name")
        with accepting("ResourceAlreadyExistsException"):
            cloud.call(
                "logs",
                "create_log_group",
                logGroupName=name,
                kmsKeyId=optional_text(inputs, "kmsKeyId"),
                logGroupClass=optional_text(inputs, "logGroupClass"),
                tags=texts_by_name(inputs, "tags") or None,
            )
        return self.update(cloud, name, {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring retention, key and tags to the new inputs."""
        del outputs
        group_arn = arn("logs", cloud.region, cloud.account_id, f"log-group:{identity}")
        days = optional_integer(new, "retentionInDays")
        if days:
            cloud.call("logs", "put_retention_policy", logGroupName=identity, retentionInDays=days)
        elif old.get("retentionInDays"):
            cloud.call("logs", "delete_retention_policy", logGroupName=identity)
        if old and changed(old, new, ["kmsKeyId"]):
            key = optional_text(new, "kmsKeyId")
            operation = "associate_kms_key" if key else "disassociate_kms_key"
            cloud.call("logs", operation, logGroupName=identity, kmsKeyId=key)
        if old and changed(old, new, ["tags"]):
            gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
            if gone:
                cloud.call("logs", "untag_resource", resourceArn=group_arn, tagKeys=gone)
            cloud.call("logs", "tag_resource", resourceArn=group_arn, tags=texts_by_name(new, "tags"))
        return Realised(identity, outputs_of(cloud, new, {"arn": group_arn}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the group with its logs, unless `skipDestroy` keeps it."""
        if not flag(outputs, "skipDestroy"):
            with accepting(GONE):
                cloud.call("logs", "delete_log_group", logGroupName=identity)


class LogMetricFilter(PutAgain):
    """`aws:cloudwatch/logMetricFilter:LogMetricFilter`; MiniStack keeps it and counts nothing by it."""

    type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    replace_on = frozenset({"name", "logGroupName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the filter."""
        name, metric = text(inputs, "name"), mapping(inputs, "metricTransformation")
        transformation = {
            "metricName": text(metric, "name"),
            "metricNamespace": text(metric, "namespace"),
            "metricValue": text(metric, "value"),
            "unit": optional_text(metric, "unit") or "None",
        }
        cloud.call(
            "logs",
            "put_metric_filter",
            logGroupName=text(inputs, "logGroupName"),
            filterName=name,
            filterPattern=text(inputs, "pattern"),
            metricTransformations=[transformation],
        )
        return Realised(name, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the filter; its log group may be gone with it."""
        with accepting(GONE):
            cloud.call("logs", "delete_metric_filter", logGroupName=text(outputs, "logGroupName"), filterName=identity)


class MetricAlarm(PutAgain):
    """`aws:cloudwatch/metricAlarm:MetricAlarm`; putting an alarm of the same name overwrites it."""

    type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    replace_on = frozenset({"name"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the alarm; not one over a formula: MiniStack would keep the alarm, drop the formula and watch nothing."""
        name = text(inputs, "name")
        alarm_arn = arn("cloudwatch", cloud.region, cloud.account_id, f"alarm:{name}")
        if inputs.get("metricQueries"):
            return Realised(name, outputs_of(cloud, inputs, {"arn": alarm_arn}))
        threshold = inputs.get("threshold")
        cloud.call(
            "cloudwatch",
            "put_metric_alarm",
            AlarmName=name,
            AlarmDescription=optional_text(inputs, "alarmDescription"),
            ActionsEnabled=flag(inputs, "actionsEnabled", default=True),
            AlarmActions=texts(inputs, "alarmActions"),
            OKActions=texts(inputs, "okActions"),
            InsufficientDataActions=texts(inputs, "insufficientDataActions"),
            MetricName=optional_text(inputs, "metricName"),
            Namespace=optional_text(inputs, "namespace"),
            Statistic=optional_text(inputs, "statistic"),
            ExtendedStatistic=optional_text(inputs, "extendedStatistic"),
            Dimensions=_dimensions(inputs) or None,
            Period=optional_integer(inputs, "period"),
            Unit=optional_text(inputs, "unit"),
            EvaluationPeriods=optional_integer(inputs, "evaluationPeriods"),
            DatapointsToAlarm=optional_integer(inputs, "datapointsToAlarm"),
            Threshold=float(threshold) if isinstance(threshold, int | float) else None,
            ComparisonOperator=text(inputs, "comparisonOperator"),
            TreatMissingData=optional_text(inputs, "treatMissingData"),
            Tags=tag_list(inputs),
        )
        return Realised(name, outputs_of(cloud, inputs, {"arn": alarm_arn}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the alarm; AWS says nothing of one that is gone."""
        del outputs
        cloud.call("cloudwatch", "delete_alarms", AlarmNames=[identity])


def _dimensions(document: Mapping[str, object]) -> list[JsonValue]:
    dimensions = texts_by_name(document, "dimensions")
    return [{"Name": name, "Value": dimensions[name]} for name in sorted(dimensions)]
