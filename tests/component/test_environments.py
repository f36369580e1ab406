"""Environments differ in sizes and protection, never in shape; Regions know nothing of each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
import yaml

from components.blocks.naming import Names
from components.blocks.tags import default_tags
from stacks.settings import load_settings
from tests.component.recording import REGIONS, STACKS, record_stack, stack_configuration

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

GROUP = "aws:autoscaling/group:Group"
ONLY_IN_AN_ORGANIZATION = (
    "twinrail:administration:Guardrails",
    "aws:controltower/controlTowerControl:ControlTowerControl",
)
"""What an account has only where it belongs to an organization with a landing zone."""
SITE = ("developers", "site-log")
"""What third parties read, and who read it: no payload."""
TICKS = {"ticks", "recovery-ticks", "audit-ticks"}
STATEFUL = {
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:dsql/cluster:Cluster",
    "aws:dynamodb/table:Table",
    "aws:mq/broker:Broker",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:s3/bucket:Bucket",
    "aws:sqs/queue:Queue",
    "aws:cognito/userPool:UserPool",
    "aws:cognito/userPoolClient:UserPoolClient",
    # Its name servers are what the parent's zone delegates to.
    "aws:route53/zone:Zone",
    "aws:acmpca/certificateAuthority:CertificateAuthority",
    "aws:backup/vault:Vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:kinesis/stream:Stream",
    "aws:opensearch/serverlessCollection:ServerlessCollection",
    "aws:paymentcryptography/key:Key",
    "aws:quicksight/accountSubscription:AccountSubscription",
    "aws:redshiftserverless/namespace:Namespace",
    "aws:s3/vectorsIndex:VectorsIndex",
    "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
}


def identities(stack: RecordedStack, *, but: str = "") -> set[tuple[str, str]]:
    return {(each.type, each.name) for each in stack.resources if not but or but not in each.name}


def everything(stacks: dict[str, RecordedStack]) -> list[Recorded]:
    return [each for stack in stacks.values() for each in stack.resources]


@pytest.mark.parametrize("layer", ["foundation", *REGIONS])
def test_program_is_the_same_when_the_environment_is_another(
    dev: dict[str, RecordedStack], prod: dict[str, RecordedStack], layer: str
) -> None:
    one, other = (
        {
            each
            for each in identities(stacks[f"{environment}-{layer}"], but="participant-")
            if each[0] not in ONLY_IN_AN_ORGANIZATION
        }
        for environment, stacks in (("dev", dev), ("prod", prod))
    )
    assert one == other


def test_regions_are_the_same_when_they_are_compared(prod: dict[str, RecordedStack]) -> None:
    one, other = (identities(prod[f"prod-{region}"], but="eu-west-") for region in REGIONS)
    assert one == other


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_program_says_nothing_when_it_runs(environment: str, request: pytest.FixtureRequest) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    assert {name: stack.complaints for name, stack in stacks.items()} == dict.fromkeys(stacks, ())


def test_every_resource_has_a_urn_of_its_own_when_it_is_registered(dev: dict[str, RecordedStack]) -> None:
    for stack in dev.values():
        urns = Counter(
            (each.parent.split("::")[2] if each.parent else "", each.type, each.name) for each in stack.resources
        )
        assert [urn for urn, count in urns.items() if count > 1] == []


def test_what_holds_state_cannot_be_deleted_when_it_is_production(prod: dict[str, RecordedStack]) -> None:
    # Ticks are no state: the next minute brings new ones.
    stateful = [each for each in everything(prod) if each.type in STATEFUL and each.name not in TICKS]
    assert {each.type for each in stateful} == STATEFUL
    assert [each.name for each in stateful if not each.protect] == []
    pools = [each for each in stateful if each.type == "aws:cognito/userPool:UserPool"]
    assert all(pool.inputs["deletionProtection"] == "ACTIVE" for pool in pools)


def test_everything_can_be_deleted_when_it_is_dev(dev: dict[str, RecordedStack]) -> None:
    assert [each.name for each in everything(dev) if each.protect] == []


def test_payloads_cannot_be_deleted_by_anyone_when_it_is_production(prod: dict[str, RecordedStack]) -> None:
    kind = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    made = prod["prod-foundation"].of(kind)
    locks = [lock for name, lock in made.items() if not name.startswith((*SITE, "delivery"))]
    assert [lock.inputs["rule"]["defaultRetention"]["mode"] for lock in locks] == ["COMPLIANCE"] * 5


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_resource_is_made_by_its_regions_provider_when_it_is_made(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    for stack in stacks.values():
        own = [region for region in REGIONS if stack.name.endswith(region)] or list(REGIONS)
        made = [each for each in stack.resources if each.custom and each.type.startswith("aws:")]
        assert made
        assert [each.name for each in made if each.region not in own] == []


def test_every_resource_is_tagged_when_its_provider_makes_it(dev: dict[str, RecordedStack]) -> None:
    providers = [each for each in everything(dev) if each.type == "pulumi:providers:aws"]
    assert len(providers) == 4
    for provider in providers:
        tags = yaml.safe_load(provider.inputs["defaultTags"])["tags"]
        assert tags | {"project": "twinrail", "environment": "dev", "managed-by": "pulumi"} == tags
        assert {"owner", "data-classification"} <= set(tags)
        assert yaml.safe_load(provider.inputs["allowedAccountIds"]) == ["000000000000"]
    # Tags of their own would hide the provider's of the same key; a group gets none of the provider's. Of keys,
    # EventBridge uses none for its connections but those with its own tag.
    own = [
        each
        for each in everything(dev)
        if each.inputs.get("tags") and each.inputs["tags"] != {"EventBridgeApiDestinations": "true"}
    ]
    assert {each.type for each in own} == {GROUP}
    for group in own:
        carried = {each["key"]: each["value"] for each in group.inputs["tags"] if each["propagateAtLaunch"]}
        assert carried == {**default_tags("dev", load_settings("dev").tags), "PatchGroup": "bastion"}


@pytest.mark.parametrize("region", REGIONS)
def test_region_refers_to_the_other_by_the_foundations_exports_alone_when_it_refers_at_all(
    dev: dict[str, RecordedStack], region: str
) -> None:
    other = next(each for each in REGIONS if each != region)
    foundation = dev["dev-foundation"].exports
    known = {
        foundation["payload_buckets"][other],
        foundation["payload_bucket_arns"][other],
        foundation["payload_key_arns"][other],
        # Its audit heads are kept there.
        foundation["audit_heads_buckets"][region],
        foundation["audit_heads_bucket_arns"][region],
    }
    for resource in dev[f"dev-{region}"].resources:
        said = repr(resource.inputs)
        for text in sorted(known, key=len, reverse=True):
            said = said.replace(text, "")
        # Which Region it watches, and knows by the leadership table alone.
        said = said.replace(f"'OPPOSITE_REGION': '{other}'", "")
        # The queue to which it sends its own events, known by the name that it has in each Region.
        queue = "000000000000{}twinrail-dev-payment-events"
        said = said.replace(f"arn:aws:sqs:{other}:{queue.format(':')}", "")
        said = said.replace(f"https://sqs.{other}.amazonaws.com/{queue.format('/')}", "")
        # The vault to which it copies its backups, known by the name that it has in each Region.
        said = said.replace(f"arn:aws:backup:{other}:000000000000:backup-vault:twinrail-dev-backups", "")
        # The KMS service of the other Region, through which its bucket and that queue are written, and the key
        # under which functions are told that Region's bucket.
        said = said.replace(f"s3.{other}.amazonaws.com", "").replace(f'"{other}": ""', "")
        said = said.replace(f"sqs.{other}.amazonaws.com", "")
        assert other not in said, resource.name
    assert {each.name for each in dev[f"dev-{region}"].resources if each.type == "pulumi:providers:aws"} == {region}


def test_region_says_what_to_do_when_the_foundation_is_not_deployed() -> None:
    exported: dict[str, dict[str, object]] = {"organization/twinrail/dev-foundation": {}}
    with pytest.raises(Exception, match="deploy the foundation's stack first"):
        record_stack("dev-eu-west-1", "000000000000", stack_configuration("dev-eu-west-1"), exported)


@pytest.mark.parametrize("environment", ["dev", "prod"])
@pytest.mark.parametrize("layer", ["foundation", *REGIONS])
def test_stack_file_says_which_part_it_is_and_no_more_when_it_is_read(environment: str, layer: str) -> None:
    expected = {
        "twinrail:environment": environment,
        "twinrail:layer": "foundation" if layer == "foundation" else "region",
    }
    if layer != "foundation":
        expected["twinrail:region"] = layer
    assert stack_configuration(f"{environment}-{layer}") == expected
    assert {path.name for path in STACKS.glob("Pulumi.*.yaml")} >= {f"Pulumi.{environment}-{layer}.yaml"}


def test_exports_are_what_others_rely_on_when_a_region_is_deployed(dev: dict[str, RecordedStack]) -> None:
    assert set(dev["dev-eu-west-1"].exports) == {
        "region", "environment", "api_url", "api_names", "auth_url", "user_pool_id", "client_id", "client_secret_arn",
        "clients", "queue_urls", "dead_letter_queue_urls", "tick_queue_url", "recovery_tick_queue_url",
        "audit_tick_queue_url", "event_stream", "notification_topic_arn", "function_names",
    }  # fmt: skip
    assert set(dev["dev-foundation"].exports) == {
        "payload_key_arns",
        "envelope_key_arns", "transactions_table_name", "transactions_table_arns", "payload_buckets",
        "leadership_table_name", "leadership_table_arns",
        "audit_table_name", "audit_table_arns", "audit_key_arns", "audit_heads_buckets", "audit_heads_bucket_arns",
        "payload_bucket_arns", "function_roles", "vault", "ledger", "ledger_cluster_arns",
        "api_zone_id", "api_name_servers", "api_certificate_arns", "region_switch_check_ids",
        "operators", "operator_role_arns", "data", "integration",
    }  # fmt: skip


def test_name_is_refused_when_it_passes_the_limit_of_aws() -> None:
    names = Names("dev", "000000000000")
    with pytest.raises(ValueError, match="at most 64"):
        names.role("eu-west-1", "f" * 64)
    with pytest.raises(ValueError, match="ASCII"):
        names.regional("überweisung")
