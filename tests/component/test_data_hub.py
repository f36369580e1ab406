"""The data manager: one cache and one table of profiles over both Regions; what is kept, where, for how long."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from components.data.tables import COLUMNS
from stacks.settings import load_settings
from tests.component.policies import allowed, statements_of
from tests.component.recording import PROD_ACCOUNT, REGIONS
from tests.component.settings_files import refusal_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, OTHER = REGIONS
FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
CACHE_PORT = 6379


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod["prod-foundation"]


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod[f"prod-{REGION}"]


def _within(stack: RecordedStack, component: str, kind: str) -> list[Recorded]:
    return [each for each in stack.resources if each.type == kind and f":{component}" in each.parent.split("::")[2]]


def test_profiles_have_one_truth_when_two_regions_write_them(foundation: RecordedStack) -> None:
    table = foundation.one("aws:dynamodb/table:Table", "profiles").inputs
    (replica,) = table["replicas"]
    assert replica["consistencyMode"] == "STRONG"
    assert replica["regionName"] == OTHER
    keys = foundation.exports["data"]["profiles_key_arns"]
    assert table["serverSideEncryption"]["kmsKeyArn"] == keys[REGION]
    assert replica["kmsKeyArn"] == keys[OTHER]
    assert table["pointInTimeRecovery"]["enabled"] is True
    key = foundation.one("aws:kms/key:Key", f"profiles-{REGION}")
    (use,) = [each for each in statements_of(key) if each["Sid"] == "Tables"]
    assert set(use["Condition"]["StringEquals"]["kms:ViaService"]) == {
        f"dynamodb.{each}.amazonaws.com" for each in REGIONS
    }


def test_cache_is_one_datastore_when_each_region_has_its_nodes(foundation: RecordedStack) -> None:
    groups = foundation.of("aws:elasticache/replicationGroup:ReplicationGroup")
    first, second = groups[f"cache-{REGION}"], groups[f"cache-{OTHER}"]
    whole = foundation.one("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup", "cache")
    assert whole.inputs["primaryReplicationGroupId"] == f"cache-{REGION}-id"
    assert second.inputs["globalReplicationGroupId"] == whole.outputs["globalReplicationGroupId"]
    # What follows takes these from the whole: the provider refuses them beside its id.
    taken_over = {
        "engine", "engineVersion", "nodeType", "atRestEncryptionEnabled", "transitEncryptionEnabled",
        "transitEncryptionMode",
    }  # fmt: skip
    assert taken_over <= first.inputs.keys()
    assert not taken_over & second.inputs.keys()
    for group in (first, second):
        assert group.inputs["automaticFailoverEnabled"] is group.inputs["multiAzEnabled"] is True
        assert group.inputs["autoMinorVersionUpgrade"] is False
        assert group.inputs["numCacheClusters"] == 3


def test_cache_is_sealed_and_asks_who_comes_when_it_is_reached(foundation: RecordedStack) -> None:
    first = foundation.one("aws:elasticache/replicationGroup:ReplicationGroup", f"cache-{REGION}").inputs
    assert first["engine"] == "valkey"
    assert first["transitEncryptionMode"] == "required"
    assert first["atRestEncryptionEnabled"] is first["transitEncryptionEnabled"] is True
    for region in REGIONS:
        group = foundation.one("aws:elasticache/replicationGroup:ReplicationGroup", f"cache-{region}").inputs
        assert group["kmsKeyId"] == foundation.one("aws:kms/key:Key", f"cache-{region}").outputs["arn"]
        user = foundation.one("aws:elasticache/user:User", f"cache-{region}").inputs
        assert user["authenticationMode"] == {"type": "iam"}
        assert user["userId"] == user["userName"]
        assert "-@all" in user["accessString"].split()
        assert "-@dangerous" in user["accessString"].split()
        users = foundation.one("aws:elasticache/userGroup:UserGroup", f"cache-{region}").inputs
        assert users["userIds"] == [user["userId"]]
        assert group["userGroupIds"] == [users["userGroupId"]]


def test_only_the_group_of_clients_reaches_the_cache_when_networks_are_joined(
    foundation: RecordedStack, here: RecordedStack
) -> None:
    (let_in,) = _within(here, "CacheLink", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert let_in.inputs["securityGroupId"] == foundation.exports["data"]["caches"][REGION]["group_id"]
    assert let_in.inputs["referencedSecurityGroupId"] == "cache-clients-id"
    assert (let_in.inputs["fromPort"], let_in.inputs["toPort"]) == (CACHE_PORT, CACHE_PORT)
    ways = {
        each.inputs["routeTableId"]: each.inputs["destinationCidrBlock"]
        for each in _within(here, "CacheLink", "aws:ec2/route:Route")
    }
    assert ways == {"network-id": "10.42.0.0/24", f"cache-{REGION}-id": "10.40.0.0/16"}
    # Whatever the Regions have, the cache's own networks lead nowhere.
    for kind in ("internetGateway:InternetGateway", "natGateway:NatGateway"):
        assert not foundation.of(f"aws:ec2/{kind}")
    for group in _within(foundation, "CacheNetwork", "aws:ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & group.inputs.keys()


def test_archive_gets_cheaper_with_the_years_and_is_locked_when_it_is_production(here: RecordedStack) -> None:
    lifecycle = here.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "archive").inputs
    rule = next(each for each in lifecycle["rules"] if each["id"] == "retention")
    steps = [(each["storageClass"], each["days"]) for each in rule["transitions"]]
    assert steps == [("GLACIER_IR", 30), ("GLACIER", 120), ("DEEP_ARCHIVE", 365)]
    assert rule["expiration"]["days"] == 3653
    lock = here.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "archive").inputs
    assert lock["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 2557}
    hot = here.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "hot-data").inputs
    assert all("transitions" not in each for each in hot["rules"])


def test_stream_is_sealed_with_the_hubs_key_when_it_is_made(here: RecordedStack) -> None:
    stream = here.one("aws:kinesis/stream:Stream", "payment-data").inputs
    assert stream["encryptionType"] == "KMS"
    assert stream["kmsKeyId"] == here.one("aws:kms/key:Key", "data").outputs["arn"]
    assert stream["streamModeDetails"] == {"streamMode": "ON_DEMAND"}


def test_hot_storage_gets_no_column_that_the_table_has_not(here: RecordedStack) -> None:
    delivered = here.one(FIREHOSE, "to-hot-data").inputs["extendedS3Configuration"]
    conversion = delivered["dataFormatConversionConfiguration"]
    assert conversion["enabled"] is True
    table = here.one("aws:glue/catalogTable:CatalogTable", "events").inputs
    assert conversion["schemaConfiguration"]["tableName"] == table["name"]
    assert {each["name"] for each in table["storageDescriptor"]["columns"]} == set(COLUMNS)
    assert not [each for each in COLUMNS if "name" in each or "account" in each or "iban" in each]
    # Parquet is compressed by itself, and no smaller buffer is taken for it.
    assert delivered["compressionFormat"] == "UNCOMPRESSED"
    assert delivered["bufferingSize"] >= 64
    days = table["parameters"]["storage.location.template"]
    assert days.endswith("/events/day=${day}/")
    assert delivered["prefix"] == "events/day=!{timestamp:yyyy-MM-dd}/"


def test_archive_gets_all_of_a_record_when_it_is_delivered(here: RecordedStack) -> None:
    delivered = here.one(FIREHOSE, "to-archive").inputs["extendedS3Configuration"]
    assert "dataFormatConversionConfiguration" not in delivered
    assert delivered["compressionFormat"] == "GZIP"


@pytest.mark.parametrize(("delivery", "bucket"), [("to-hot-data", "hot-data"), ("to-archive", "archive")])
def test_delivery_reads_one_stream_and_writes_to_one_bucket_when_its_role_is_read(
    here: RecordedStack, delivery: str, bucket: str
) -> None:
    stream = here.one("aws:kinesis/stream:Stream", "payment-data")
    policy = here.one("aws:iam/rolePolicy:RolePolicy", delivery)
    granted = allowed(policy)
    arn = f"arn:aws:s3:::{here.one('aws:s3/bucket:Bucket', bucket).inputs['bucket']}"
    assert granted["kinesis:GetRecords"] == {stream.outputs["arn"]}
    assert granted["s3:PutObject"] == {f"{arn}/events/*", f"{arn}/failed/*"}
    assert "s3:DeleteObject" not in granted
    source = here.one(FIREHOSE, delivery).inputs["kinesisSourceConfiguration"]
    assert source["kinesisStreamArn"] == stream.outputs["arn"]
    role = here.one("aws:iam/role:Role", delivery)
    (trust,) = statements_of(role)
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": [PROD_ACCOUNT]}}
    alarm = here.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"{delivery}-late").inputs
    assert (alarm["metricName"], alarm["threshold"]) == ("DeliveryToS3.DataFreshness", 3600)


def test_answers_of_queries_are_sealed_when_the_data_is_asked(here: RecordedStack) -> None:
    settings = here.one("aws:athena/workgroup:Workgroup", "data-queries").inputs["configuration"]
    assert settings["enforceWorkgroupConfiguration"] is True
    sealed = settings["resultConfiguration"]["encryptionConfiguration"]
    assert sealed == {
        "encryptionOption": "SSE_KMS",
        "kmsKeyArn": here.one("aws:kms/key:Key", "data").outputs["arn"],
    }


@pytest.mark.parametrize("environment", ["dev", "prod", "staging"])
def test_no_two_networks_of_an_environment_share_an_address(environment: str) -> None:
    settings = load_settings(environment)
    assert settings.hubs.data is not None
    ranges = [
        IPv4Network(each)
        for each in (*(own.cidr for own in settings.network.values()), *settings.hubs.data.cache.networks.values())
    ]
    assert not [(one, other) for one in ranges for other in ranges if one is not other and one.overlaps(other)]


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("cache", {"node_type": "cache.t4g.micro"}, "node_type: 'cache.t4g.micro' is not allowed; expected a type of "
         "node that a global datastore takes"),
        ("cache", {"nodes": 1}, "nodes: 1 is not allowed; expected a whole number from 2 to 6"),
        ("cache", {"networks": {"eu-west-1": "10.20.3.0/24", "eu-west-2": "10.22.1.0/24"}}, "networks.eu-west-1: "
         "10.20.3.0/24 is in another network's range; expected a range of its own such as 10.22.0.0/24"),
        ("cache", {"networks": {"eu-west-1": "10.22.0.0/24", "eu-west-2": "10.22.0.0/24"}}, "networks.eu-west-2: "
         "10.22.0.0/24 is in another network's range; expected a range of its own such as 10.22.0.0/24"),
        ("cache", {"networks": {"eu-west-1": "10.22.0.999/24", "eu-west-2": "10.22.1.0/24"}}, "networks.eu-west-1: "
         "10.22.0.999/24 is no range; expected a range of its own such as 10.22.0.0/24"),
        ("archive", {"flexible_days": 30}, "flexible_days: 30 is not allowed; expected a whole number from 91 to "
         "36500"),
        ("archive", {"days": 181}, "days: 181 is not allowed; expected a whole number from 182 to 36500"),
    ],
)  # fmt: skip
def test_settings_of_data_are_refused_with_one_line_when_they_break_a_rule(
    section: str, change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, f"hubs.data.{section}", change) == f"dev.yaml: hubs.data.{section}.{said}"
