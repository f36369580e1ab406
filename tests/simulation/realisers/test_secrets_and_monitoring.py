"""Secrets hold their value and are read back; log groups and alarms are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import at, items

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def value(cloud: Cloud, secret_id: str) -> str:
    return at(cloud.call("secretsmanager", "get_secret_value", SecretId=secret_id), "SecretString")


def test_secret_resolves_to_the_new_value_when_a_version_is_put(home: Cloud, create: Create, unique: str) -> None:
    secret = create(SECRET, {"name": unique, "description": "one", "recoveryWindowInDays": 0.0})
    create(VERSION, {"secretId": secret.id, "secretString": "first"})
    version = create(VERSION, {"secretId": secret.id, "secretString": "second"})
    assert value(home, str(secret.outputs["arn"])) == "second"
    assert version.id == f"{secret.id}|{version.outputs['versionId']}"
    assert str(secret.outputs["arn"]).startswith(
        f"arn:aws:secretsmanager:{home.region}:{home.account_id}:secret:{unique}-"
    )


def test_secret_comes_back_when_its_name_is_in_the_deletion_window(home: Cloud, create: Create, unique: str) -> None:
    secret = create(SECRET, {"name": unique, "recoveryWindowInDays": 7.0})
    REALISERS[SECRET].delete(home, secret.id, secret.outputs)
    again = create(SECRET, {"name": unique, "recoveryWindowInDays": 0.0})
    create(VERSION, {"secretId": again.id, "secretString": "back"})
    assert value(home, unique) == "back"


def test_secret_is_in_the_other_region_when_it_is_replicated(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    inputs: Inputs = {"name": unique, "recoveryWindowInDays": 0.0, "replicas": [{"region": away.region}]}
    secret = create(SECRET, inputs)
    create(VERSION, {"secretId": secret.id, "secretString": "shared"})
    assert value(away, unique) == "shared"
    REALISERS[SECRET].delete(home, secret.id, secret.outputs)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        value(away, unique)


def test_log_group_is_adopted_and_kept_for_its_days_when_a_function_made_it(
    home: Cloud, create: Create, unique: str
) -> None:
    name = f"/aws/lambda/{unique}"
    home.call("logs", "create_log_group", logGroupName=name)
    inputs: Inputs = {"name": name, "retentionInDays": 14.0}
    group = create(LOG_GROUP, inputs)
    REALISERS[LOG_GROUP].update(home, name, inputs, {**inputs, "tags": {"owner": "payments"}}, group.outputs)
    [found] = items(home.call("logs", "describe_log_groups", logGroupNamePrefix=name), "logGroups")
    tags = home.call("logs", "list_tags_for_resource", resourceArn=group.outputs["arn"])
    assert found["retentionInDays"] == 14
    assert tags["tags"] == {"owner": "payments"}
    assert group.outputs["arn"] == f"arn:aws:logs:{home.region}:{home.account_id}:log-group:{name}"


def test_log_group_stays_when_it_is_not_to_be_destroyed(home: Cloud, create: Create, unique: str) -> None:
    group = create(LOG_GROUP, {"name": unique, "skipDestroy": True})
    REALISERS[LOG_GROUP].delete(home, group.id, group.outputs)
    assert items(home.call("logs", "describe_log_groups", logGroupNamePrefix=unique), "logGroups")
    REALISERS[LOG_GROUP].delete(home, group.id, {})


def test_alarm_watches_its_metric_when_it_is_put(home: Cloud, create: Create, unique: str) -> None:
    inputs: dict[str, JsonValue] = {
        "name": unique,
        "namespace": "AWS/SQS",
        "metricName": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": unique},
        "statistic": "Maximum",
        "period": 60.0,
        "evaluationPeriods": 1.0,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 0.0,
        "treatMissingData": "notBreaching",
    }
    alarm = create(ALARM, inputs)
    REALISERS[ALARM].update(home, alarm.id, inputs, {**inputs, "threshold": 5.0}, alarm.outputs)
    [found] = items(home.call("cloudwatch", "describe_alarms", AlarmNames=[unique]), "MetricAlarms")
    assert found["AlarmArn"] == alarm.outputs["arn"]
    assert (found["Threshold"], found["Period"], found["TreatMissingData"]) == (5.0, 60, "notBreaching")
    assert found["Dimensions"] == [{"Name": "QueueName", "Value": unique}]


def test_alarm_is_not_put_when_the_emulator_would_drop_its_formula(home: Cloud, unique: str) -> None:
    query: JsonValue = {"id": "rate", "expression": "errors / 60", "returnData": True}
    inputs: Inputs = {"name": unique, "comparisonOperator": "GreaterThanThreshold", "metricQueries": [query]}
    alarm = REALISERS[ALARM].create(home, inputs)
    assert alarm.outputs["arn"] == f"arn:aws:cloudwatch:{home.region}:{home.account_id}:alarm:{unique}"
    assert items(home.call("cloudwatch", "describe_alarms", AlarmNames=[unique]), "MetricAlarms") == []
