"""Tables are there in both Regions, and a write in one is seen in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import items, mapping

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"


def table_inputs(name: str, **more: JsonValue) -> dict[str, JsonValue]:
    return {
        "name": name,
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "transaction_id",
        "attributes": [{"name": "transaction_id", "type": "S"}],
        **more,
    }


def describe(cloud: Cloud, name: str) -> dict[str, JsonValue]:
    return mapping(cloud.call("dynamodb", "describe_table", TableName=name), "Table")


def put(cloud: Cloud, name: str) -> None:
    cloud.call("dynamodb", "put_item", TableName=name, Item={"transaction_id": {"S": "1"}, "status": {"S": "ACCP"}})


def read(cloud: Cloud, name: str) -> dict[str, JsonValue]:
    return mapping(cloud.call("dynamodb", "get_item", TableName=name, Key={"transaction_id": {"S": "1"}}), "Item")


def test_write_of_one_region_is_seen_in_the_other_when_the_table_is_global(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    replicas: list[JsonValue] = [
        {"regionName": away.region, "consistencyMode": "STRONG", "pointInTimeRecovery": True, "propagateTags": True}
    ]
    table = create(
        TABLE,
        table_inputs(
            unique,
            replicas=replicas,
            globalTableWitness={"regionName": "eu-west-3"},
            pointInTimeRecovery={"enabled": True},
            serverSideEncryption={"enabled": True, "kmsKeyArn": f"arn:aws:kms:{home.region}:000000000000:key/k"},
        ),
    )
    put(home, unique)
    put(away, unique)
    backups = mapping(
        away.call("dynamodb", "describe_continuous_backups", TableName=unique), "ContinuousBackupsDescription"
    )
    assert read(away, unique)["status"] == {"S": "ACCP"}
    assert mapping(backups, "PointInTimeRecoveryDescription")["PointInTimeRecoveryStatus"] == "ENABLED"
    assert table.outputs["arn"] == f"arn:aws:dynamodb:{home.region}:{home.account_id}:table/{unique}"
    [replica] = items(table.outputs, "replicas")
    assert replica["arn"] == f"arn:aws:dynamodb:{away.region}:{home.account_id}:table/{unique}"


def test_conditional_write_fails_when_the_other_region_wrote_first(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    create(TABLE, table_inputs(unique, replicas=[{"regionName": away.region}]))
    put(home, unique)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        away.call(
            "dynamodb",
            "put_item",
            TableName=unique,
            Item={"transaction_id": {"S": "1"}},
            ConditionExpression="attribute_not_exists(transaction_id)",
        )


def test_table_changes_in_place_when_stream_recovery_and_life_time_change(
    home: Cloud, create: Create, unique: str
) -> None:
    before = table_inputs(unique)
    table = create(TABLE, before)
    after = table_inputs(
        unique,
        streamEnabled=True,
        streamViewType="NEW_IMAGE",
        pointInTimeRecovery={"enabled": True, "recoveryPeriodInDays": 7.0},
        ttl={"attributeName": "expires", "enabled": True},
        tags={"owner": "payments"},
    )
    updated = REALISERS[TABLE].update(home, unique, before, after, table.outputs)
    life = home.call("dynamodb", "describe_time_to_live", TableName=unique)
    tags = home.call("dynamodb", "list_tags_of_resource", ResourceArn=table.outputs["arn"])
    assert describe(home, unique)["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert mapping(life, "TimeToLiveDescription") == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert tags["Tags"] == [{"Key": "owner", "Value": "payments"}]
    assert str(updated.outputs["streamArn"]).startswith(f"{table.outputs['arn']}/stream/")


def test_region_leaves_the_table_when_its_replica_is_not_wanted_any_more(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    before = table_inputs(unique, replicas=[{"regionName": away.region}])
    table = create(TABLE, before)
    REALISERS[TABLE].update(home, unique, before, table_inputs(unique, replicas=[]), table.outputs)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        describe(away, unique)


def test_table_keeps_its_items_when_a_crashed_run_left_it_behind(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    create(TABLE, table_inputs(unique))
    put(home, unique)
    create(TABLE, table_inputs(unique, replicas=[{"regionName": away.region}]))
    assert read(away, unique)["status"] == {"S": "ACCP"}


def test_table_is_gone_everywhere_when_it_is_deleted(home: Cloud, away: Cloud, create: Create, unique: str) -> None:
    table = create(TABLE, table_inputs(unique, replicas=[{"regionName": away.region}]))
    for _ in range(2):
        REALISERS[TABLE].delete(home, unique, table.outputs)
    for region in (home, away):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            describe(region, unique)


def test_replica_of_its_own_joins_and_leaves_when_created_and_deleted(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    table = create(TABLE, table_inputs(unique))
    replica = create(REPLICA, {"globalTableArn": table.outputs["arn"], "pointInTimeRecovery": True}, away)
    assert describe(away, unique)["TableArn"] == replica.outputs["arn"]
    REALISERS[REPLICA].delete(away, replica.id, replica.outputs)
    assert items(describe(home, unique), "Replicas") == []


def test_table_refuses_deletion_when_it_is_protected(home: Cloud, create: Create, unique: str) -> None:
    protected = table_inputs(unique, deletionProtectionEnabled=True)
    table = create(TABLE, protected)
    with pytest.raises(ClientError, match="ValidationException"):
        REALISERS[TABLE].delete(home, unique, table.outputs)
    REALISERS[TABLE].update(home, unique, protected, table_inputs(unique), table.outputs)


def test_index_is_read_in_both_regions_and_sparse_when_the_table_is_global(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    attributes: list[JsonValue] = [{"name": each, "type": "S"} for each in ("transaction_id", "open_shard", "deadline")]
    schema: list[JsonValue] = [
        {"attributeName": "open_shard", "keyType": "HASH"},
        {"attributeName": "deadline", "keyType": "RANGE"},
    ]
    index: JsonValue = {"name": "open", "projectionType": "KEYS_ONLY", "keySchemas": schema}
    replicas: list[JsonValue] = [{"regionName": away.region, "consistencyMode": "STRONG"}]
    inputs = table_inputs(unique, replicas=replicas, globalSecondaryIndexes=[index])
    create(TABLE, {**inputs, "attributes": attributes})
    listed = {"open_shard": {"S": "00"}, "deadline": {"S": "2026"}}
    for key, more in (("1", listed), ("2", {"deadline": {"S": "2026"}})):
        home.call("dynamodb", "put_item", TableName=unique, Item={"transaction_id": {"S": key}, **more})

    def found(cloud: Cloud) -> list[dict[str, JsonValue]]:
        answer = cloud.call(
            "dynamodb",
            "query",
            TableName=unique,
            IndexName="open",
            KeyConditionExpression="open_shard = :shard AND deadline < :before",
            ExpressionAttributeValues={":shard": {"S": "00"}, ":before": {"S": "2027"}},
        )
        return items(answer, "Items")

    assert found(home) == found(away) == [{"transaction_id": {"S": "1"}, **listed}]
    ended = {"Key": {"transaction_id": {"S": "1"}}, "UpdateExpression": "REMOVE open_shard"}
    away.call("dynamodb", "update_item", TableName=unique, **ended)
    assert found(home) == found(away) == []
