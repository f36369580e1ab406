"""A DynamoDB table's inputs as CreateTable takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.documents import (
    flag,
    items,
    mapping,
    optional_flag,
    optional_integer,
    optional_text,
    tag_list,
    text,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Inputs, JsonValue


def definition(inputs: Inputs) -> dict[str, object]:
    keys = {"HASH": optional_text(inputs, "hashKey"), "RANGE": optional_text(inputs, "rangeKey")}
    return {
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for kind, name in keys.items() if name],
        "AttributeDefinitions": [
            {"AttributeName": text(attribute, "name"), "AttributeType": text(attribute, "type")}
            for attribute in items(inputs, "attributes")
        ],
        "BillingMode": optional_text(inputs, "billingMode") or "PROVISIONED",
        "ProvisionedThroughput": throughput(inputs),
        "GlobalSecondaryIndexes": [_index(inputs, index) for index in items(inputs, "globalSecondaryIndexes")] or None,
        "LocalSecondaryIndexes": [_local_index(inputs, index) for index in items(inputs, "localSecondaryIndexes")]
        or None,
        "StreamSpecification": stream(inputs),
        "SSESpecification": encryption(mapping(inputs, "serverSideEncryption")),
        "TableClass": optional_text(inputs, "tableClass"),
        "DeletionProtectionEnabled": optional_flag(inputs, "deletionProtectionEnabled"),
        "Tags": tag_list(inputs),
    }


def throughput(inputs: Mapping[str, object]) -> dict[str, int] | None:
    if optional_text(inputs, "billingMode") == "PAY_PER_REQUEST":
        return None
    return {
        "ReadCapacityUnits": optional_integer(inputs, "readCapacity") or 1,
        "WriteCapacityUnits": optional_integer(inputs, "writeCapacity") or 1,
    }


def _projection(index: Mapping[str, JsonValue]) -> dict[str, object]:
    attributes = texts(index, "nonKeyAttributes")
    named: dict[str, object] = {"NonKeyAttributes": attributes} if attributes else {}
    return {"ProjectionType": text(index, "projectionType"), **named}


def _index(inputs: Inputs, index: Mapping[str, JsonValue]) -> dict[str, object]:
    capacity = throughput({**index, "billingMode": inputs.get("billingMode")})
    return {
        "IndexName": text(index, "name"),
        "KeySchema": _index_keys(index),
        "Projection": _projection(index),
        **({"ProvisionedThroughput": capacity} if capacity else {}),
    }


def _index_keys(index: Mapping[str, JsonValue]) -> list[dict[str, str]]:
    """From `keySchemas`, or from the older `hashKey` and `rangeKey`."""
    listed = [(text(key, "attributeName"), text(key, "keyType")) for key in items(index, "keySchemas")]
    older = [(optional_text(index, "hashKey"), "HASH"), (optional_text(index, "rangeKey"), "RANGE")]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in listed or older if name]


def _local_index(inputs: Inputs, index: Mapping[str, JsonValue]) -> dict[str, object]:
    keys = {"HASH": text(inputs, "hashKey"), "RANGE": text(index, "rangeKey")}
    return {
        "IndexName": text(index, "name"),
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for kind, name in keys.items()],
        "Projection": _projection(index),
    }


def stream(inputs: Inputs) -> dict[str, object] | None:
    if not flag(inputs, "streamEnabled"):
        return None
    return {"StreamEnabled": True, "StreamViewType": optional_text(inputs, "streamViewType") or "NEW_AND_OLD_IMAGES"}


def encryption(settings: Mapping[str, JsonValue]) -> dict[str, object] | None:
    if not flag(settings, "enabled"):
        return None
    key = optional_text(settings, "kmsKeyArn")
    return {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": key} if key else {})}
