"""Keys are there, replicas share their material, and nothing is adopted by accident."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import mapping, text

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
KEY = "aws:kms/key:Key"
REPLICA = "aws:kms/replicaKey:ReplicaKey"
ALIAS = "aws:kms/alias:Alias"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def test_ciphertext_of_one_region_decrypts_in_the_other_when_the_key_is_replicated(
    home: Cloud, away: Cloud, create: Create
) -> None:
    primary = create(KEY, {"description": "payload", "multiRegion": True, "enableKeyRotation": True, "policy": POLICY})
    replica = create(REPLICA, {"primaryKeyArn": primary.outputs["arn"], "policy": POLICY}, away)
    sealed = home.call("kms", "encrypt", KeyId=primary.id, Plaintext=b"pacs.008")["CiphertextBlob"]
    opened = away.call("kms", "decrypt", CiphertextBlob=sealed, KeyId=replica.id)
    assert str(opened["Plaintext"]) == str(b"pacs.008")
    assert replica.id == primary.id
    assert replica.outputs["arn"] == str(primary.outputs["arn"]).replace(home.region, away.region)
    assert home.call("kms", "get_key_rotation_status", KeyId=primary.id)["KeyRotationEnabled"] is True


def test_replica_is_adopted_when_it_is_there_already(away: Cloud, create: Create) -> None:
    primary = create(KEY, {"multiRegion": True})
    first = create(REPLICA, {"primaryKeyArn": primary.outputs["arn"]}, away)
    again = REALISERS[REPLICA].create(away, {"primaryKeyArn": primary.outputs["arn"]})
    assert again.id == first.id


def test_alias_points_at_the_new_key_when_the_name_is_taken(home: Cloud, create: Create, unique: str) -> None:
    old, new = create(KEY, {"description": "old"}), create(KEY, {"description": "new"})
    create(ALIAS, {"name": f"alias/{unique}", "targetKeyId": old.id})
    alias = create(ALIAS, {"name": f"alias/{unique}", "targetKeyId": new.outputs["keyId"]})
    described = mapping(home.call("kms", "describe_key", KeyId=f"alias/{unique}"), "KeyMetadata")
    assert text(described, "KeyId") == new.id
    assert alias.outputs["targetKeyArn"] == new.outputs["arn"]
    assert alias.outputs["arn"] == f"arn:aws:kms:{home.region}:{home.account_id}:alias/{unique}"


def test_key_changes_in_place_when_description_and_rotation_change(home: Cloud, create: Create) -> None:
    before: dict[str, JsonValue] = {"description": "one", "enableKeyRotation": True}
    key = create(KEY, before)
    after: dict[str, JsonValue] = {"description": "two", "enableKeyRotation": False, "tags": {"owner": "payments"}}
    updated = REALISERS[KEY].update(home, key.id, before, after, key.outputs)
    described = mapping(home.call("kms", "describe_key", KeyId=key.id), "KeyMetadata")
    assert described["Description"] == "two"
    assert home.call("kms", "get_key_rotation_status", KeyId=key.id)["KeyRotationEnabled"] is False
    assert updated.outputs["arn"] == key.outputs["arn"]
    assert home.call("kms", "list_resource_tags", KeyId=key.id)["Tags"] == [{"TagKey": "owner", "TagValue": "payments"}]


def test_deletion_succeeds_when_the_key_is_on_its_way_out(home: Cloud, create: Create) -> None:
    key = create(KEY, {"deletionWindowInDays": 7.0})
    for _ in range(2):
        REALISERS[KEY].delete(home, key.id, key.outputs)
    described = mapping(home.call("kms", "describe_key", KeyId=key.id), "KeyMetadata")
    assert described["KeyState"] == "PendingDeletion"
