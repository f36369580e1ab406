"""The hubs around the message path: each can be left out, and each holds what it promises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.administration.compliance import RULES
from components.reporting.datasets import PAYMENTS
from stacks.foundation import build_foundation
from stacks.region import build_region
from stacks.settings import load_settings
from tests.component.policies import allowed, statements_of
from tests.component.recording import DEV_ACCOUNT, PROD_ACCOUNT, REGIONS, record_component
from tests.component.settings_files import REMOVED, refusal_of, write_dev

if TYPE_CHECKING:
    from pathlib import Path

    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, OTHER = REGIONS
HUBS = {
    "network": {"Egress", "NetworkLogs", "OnPremises", "PrivateNames"},
    "security": {"ThreatDetection", "Findings", "SensitiveData", "PrivateAuthority", "PaymentKeys"},
    "reporting": {
        "BatchProcessing", "DashboardAccount", "Dashboards", "DataCatalogue", "DataSharing", "Datasets", "QueryEngine",
        "SearchIndex", "Warehouse",
    },
    "delivery": {"DeliveryBuilds", "DeliveryPipeline"},
    "monitoring": {
        "AdvisorKnowledge", "AdvisorModels", "AdvisorStore", "Alerts", "LogCollection", "LogPipeline", "Mail",
        "Objectives", "PaymentDashboards", "SupportAdvisor",
    },
    "administration": {"Backups", "Compliance", "ConfigurationPlatform", "Patching", "SessionAccess"},
    "data": {
        "CacheLink", "CacheNetwork", "DataQueries", "DataStorage", "DataStream", "DataTables", "Delivery",
        "GlobalCache", "Profiles",
    },
    "risk": {
        "DecisionFlow", "FraudAlerts", "InternalApi", "Predictor", "RiskSignals", "RiskStores", "SignalPipe",
        "StateMachine", "Trainer",
    },
    "integration": {
        "AccountCache", "Consents", "Events", "MessagingBrokers", "RecordCopy", "SiteLog", "ThirdPartyApi",
        "ThirdPartyDocumentation", "Webhook",
    },
}  # fmt: skip
INTEGRATION: dict[str, Any] = {
    "site_requests_per_minute": 600,
    "broker_type": "mq.m5.large",
    "records": {"units": 1, "largest_units": 4, "backup_days": 1},
    "cache_type": "cache.t4g.small",
    "authorities": "example.pem",
    "third_parties": {"rate_per_second": 1, "burst": 1},
    "webhooks": {},
}
LET_OUT = {"batch-to-endpoints", "batch-to-s3", "warehouse-to-endpoints", "warehouse-to-s3"} | {
    f"{service}-from-service-{zone}" for service in ("s3", "dynamodb") for zone in "abc"
}
"""What hubs have in the Region's network: reporting's groups are let out, subnets reach gateway endpoints."""


@pytest.mark.parametrize("hub", HUBS)
def test_only_a_hubs_own_resources_are_gone_when_it_is_left_out(
    hub: str, dev: dict[str, RecordedStack], tmp_path: Path
) -> None:
    settings = load_settings("dev", write_dev(tmp_path, {f"hubs.{hub}": REMOVED}))
    exported = {"organization/twinrail/dev-foundation": dev["dev-foundation"].exports}
    region = record_component("dev-region", DEV_ACCOUNT, lambda: _exported(build_region(settings, REGION)), exported)
    foundation = record_component("dev-foundation", DEV_ACCOUNT, lambda: _exported(build_foundation(settings)))
    gone = _places(dev[f"dev-{REGION}"]) - _places(region) | _places(dev["dev-foundation"]) - _places(foundation)
    assert _places(region) <= _places(dev[f"dev-{REGION}"])
    assert _places(foundation) <= _places(dev["dev-foundation"])
    components = {place.partition("$")[0].rpartition(":")[2] for place, name in gone if name not in LET_OUT}
    assert components == HUBS[hub]
    rest = {place for place, _ in _places(region) | _places(foundation)}
    assert not [place for place in rest if place.partition("$")[0].rpartition(":")[2] in HUBS[hub]]


def _exported(exports: dict[str, object]) -> None:
    for name, value in exports.items():
        pulumi.export(name, value)


def _places(stack: RecordedStack) -> set[tuple[str, str]]:
    """Of each resource its types from the outermost component inwards, and its name."""
    return {
        (f"{each.parent.split('::')[2]}${each.type}".removeprefix("pulumi:pulumi:Stack$"), each.name)
        for each in stack.resources
        if each.parent
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"treasury": {}}, f"dev.yaml: hubs.treasury: unknown hub; expected one of {', '.join(sorted(HUBS))}"),
        ({"security": {"alarm_addresses": ["nobody"], "standards": ["foundational"], "scan_percent": 1}},
         "dev.yaml: hubs.security.alarm_addresses: ['nobody'] is not allowed; expected a list, each item an e-mail "
         "address"),
        ({"security": {"alarm_addresses": ["a@b.example"], "standards": ["sox"], "scan_percent": 1}},
         "dev.yaml: hubs.security.standards: 'sox' is not allowed; expected of foundational, pci-dss, nist-800-53"),
        ({"administration": {"bastions": 0, "backup_days": 1, "backups_immutable": False, "rollout_minutes": 0,
                             "control_tower": None}},
         "dev.yaml: hubs.administration.bastions: 0 is not allowed; expected a whole number from 1 to 10"),
        ({"administration": {"bastions": 1, "backup_days": 1, "backups_immutable": False, "rollout_minutes": 0,
                             "control_tower": {"home_region": "eu-west-1", "unit_arn": "ou"}}},
         "dev.yaml: hubs.administration.control_tower.unit_arn: 'ou' is not allowed; expected the ARN of an "
         "organizational unit"),
        ({"integration": INTEGRATION | {"broker_type": "mq.t3.micro"}},
         "dev.yaml: hubs.integration.broker_type: 'mq.t3.micro' is not allowed; expected one of mq.m5.large, "
         "mq.m5.xlarge, mq.m5.2xlarge, mq.m5.4xlarge"),
        ({"integration": INTEGRATION | {"authorities": "nobody.pem"}},
         "dev.yaml: hubs.integration.authorities: 'nobody.pem' is not there; expected a file in "
         "environments/authorities"),
        ({"integration": INTEGRATION | {"records": {"units": 4, "largest_units": 2, "backup_days": 1}}},
         "dev.yaml: hubs.integration.records.largest_units: 2 is less than the first; expected at least units (4)"),
        ({"integration": INTEGRATION | {"webhooks": {"nobody": {"url": "https://a.example", "per_second": 1}}}},
         "dev.yaml: hubs.integration.webhooks.nobody: no such client; expected one of participant-a, participant-b"),
        ({"integration": INTEGRATION | {"webhooks": {"participant-a": {"url": "http://a.example", "per_second": 1}}}},
         "dev.yaml: hubs.integration.webhooks.participant-a.url: 'http://a.example' is not allowed; expected an https "
         "URL"),
        ({"reporting": {"notified": "a@b.example", "scan_limit_mib": 10, "batch_cpus": 4, "warehouse_units": 32,
                        "warehouse_largest_units": 8}},
         "dev.yaml: hubs.reporting.warehouse_largest_units: 8 is less than the first; expected at least 32"),
    ],
)  # fmt: skip
def test_settings_of_a_hub_are_refused_with_one_line_when_they_break_a_rule(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, "hubs", change) == said


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's stack of a Region."""
    return prod[f"prod-{REGION}"]


def _within(stack: RecordedStack, component: str, kind: str) -> list[Recorded]:
    return [each for each in stack.resources if each.type == kind and f":{component}" in each.parent.split("::")[2]]


def test_nothing_comes_in_to_a_bastion_when_it_is_there(here: RecordedStack) -> None:
    (template,) = _within(here, "SessionAccess", "aws:ec2/launchTemplate:LaunchTemplate")
    assert "keyName" not in template.inputs
    assert template.inputs["metadataOptions"]["httpTokens"] == "required"
    assert template.inputs["networkInterfaces"][0]["associatePublicIpAddress"] == "false"
    assert template.inputs["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"
    rules = _within(here, "SessionAccess", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [rule.inputs["securityGroupId"] for rule in rules] == ["session-endpoints-id"]
    for group in _within(here, "SessionAccess", "aws:ec2/securityGroup:SecurityGroup"):
        assert "ingress" not in group.inputs
    assert template.inputs["networkInterfaces"][0]["securityGroups"] == ["bastion-id"]


def test_no_bastion_is_there_when_nobody_wants_one(here: RecordedStack) -> None:
    (group,) = _within(here, "SessionAccess", "aws:autoscaling/group:Group")
    assert group.inputs["minSize"] == 0
    assert "desiredCapacity" not in group.inputs
    assert group.inputs["maxSize"] == 2


def test_sessions_are_encrypted_logged_and_end_when_idle(here: RecordedStack) -> None:
    (document,) = _within(here, "SessionAccess", "aws:ssm/document:Document")
    assert document.inputs["name"] == "SSM-SessionManagerRunShell"
    told = json.loads(document.inputs["content"])["inputs"]
    (log_group,) = _within(here, "SessionAccess", "aws:cloudwatch/logGroup:LogGroup")
    assert told["cloudWatchLogGroupName"] == log_group.inputs["name"]
    assert told["cloudWatchEncryptionEnabled"] is True
    assert told["kmsKeyId"] == log_group.inputs["kmsKeyId"]
    assert told["idleSessionTimeout"] == "15"


def test_a_bastions_role_reaches_no_store_when_its_grants_are_read(here: RecordedStack) -> None:
    (policy,) = _within(here, "SessionAccess", "aws:iam/rolePolicy:RolePolicy")
    services = {action.partition(":")[0] for action in allowed(policy)}
    assert services == {"ssm", "ssmmessages", "kms", "logs"}


def test_endpoints_of_sessions_serve_the_account_alone(here: RecordedStack) -> None:
    endpoints = _within(here, "SessionAccess", "aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {each.inputs["serviceName"].rpartition(".")[2] for each in endpoints} == {"ssm", "ssmmessages", "logs"}
    for endpoint in endpoints:
        for statement in statements_of(endpoint):
            assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": [PROD_ACCOUNT]}}
            assert not any("*" in action for action in statement["Action"])


def test_backups_are_in_both_regions_and_cannot_be_deleted_when_it_is_production(
    prod: dict[str, RecordedStack],
) -> None:
    for region, other in ((REGION, OTHER), (OTHER, REGION)):
        stack = prod[f"prod-{region}"]
        plan = stack.one("aws:backup/plan:Plan", "backups")
        (rule,) = plan.inputs["rules"]
        vault = prod[f"prod-{other}"].one("aws:backup/vault:Vault", "backups")
        assert rule["copyActions"][0]["destinationVaultArn"].endswith(f":backup-vault:{vault.inputs['name']}")
        assert f":{other}:" in rule["copyActions"][0]["destinationVaultArn"]
        lock = stack.one("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backups")
        assert lock.inputs["changeableForDays"] == 3
        # A copy that is kept longer than the lock allows is refused by AWS.
        assert rule["lifecycle"]["deleteAfter"] == lock.inputs["maxRetentionDays"] == 35
        assert rule["copyActions"][0]["lifecycle"] == rule["lifecycle"]
        covered = stack.one("aws:backup/selection:Selection", "backups").inputs["resources"]
        exports = prod["prod-foundation"].exports
        assert covered == [
            exports["transactions_table_arns"][region],
            exports["leadership_table_arns"][region],
            exports["ledger_cluster_arns"][region],
        ]


def test_backups_can_be_deleted_when_it_is_dev(dev: dict[str, RecordedStack]) -> None:
    lock = dev[f"dev-{REGION}"].one("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backups")
    assert "changeableForDays" not in lock.inputs


def test_only_the_rule_publishes_findings_when_the_topic_is_asked(here: RecordedStack) -> None:
    (policy,) = _within(here, "Findings", "aws:sns/topicPolicy:TopicPolicy")
    (allow,) = [each for each in statements_of(policy) if each["Effect"] == "Allow"]
    rule = here.one("aws:cloudwatch/eventRule:EventRule", "findings")
    rule_arn = f"arn:aws:events:{REGION}:{PROD_ACCOUNT}:rule/{rule.inputs['name']}"
    topic_name = here.one("aws:sns/topic:Topic", "findings").inputs["name"]
    assert allow == {
        "Sid": "Rule",
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        "Resource": [f"arn:aws:sns:{REGION}:{PROD_ACCOUNT}:{topic_name}"],
        "Principal": {"Service": ["events.amazonaws.com"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": [rule_arn]}},
    }
    (key,) = _within(here, "Findings", "aws:kms/key:Key")
    (rules,) = [each for each in statements_of(key) if each["Sid"] == "Rules"]
    assert rules["Condition"] == {"ArnEquals": {"aws:SourceArn": [rule_arn]}}


def test_people_are_told_of_what_is_grave_and_new_when_it_is_found(here: RecordedStack) -> None:
    rule = here.one("aws:cloudwatch/eventRule:EventRule", "findings")
    findings = json.loads(rule.inputs["eventPattern"])["detail"]["findings"]
    assert findings["Severity"]["Label"] == ["CRITICAL", "HIGH"]
    assert findings["Workflow"]["Status"] == ["NEW"]
    (mail,) = _within(here, "Findings", "aws:sns/topicSubscription:TopicSubscription")
    assert mail.inputs["protocol"] == "email"
    assert mail.inputs["endpoint"] == "security@hub.twinrail.example"


def test_macie_searches_the_payloads_when_it_is_production(prod: dict[str, RecordedStack]) -> None:
    for region in REGIONS:
        job = prod[f"prod-{region}"].one("aws:macie2/classificationJob:ClassificationJob", "sensitive-data")
        (searched,) = job.inputs["s3JobDefinition"]["bucketDefinitions"]
        assert searched["buckets"] == [prod["prod-foundation"].exports["payload_buckets"][region]]
        assert searched["accountId"] == PROD_ACCOUNT


def test_analysts_reach_no_payload_when_their_roles_are_read(here: RecordedStack) -> None:
    data = here.one("aws:s3/bucket:Bucket", "anonymised").inputs["bucket"]
    for component in ("DataCatalogue", "Warehouse"):
        (policy,) = _within(here, component, "aws:iam/rolePolicy:RolePolicy")
        granted = allowed(policy)
        assert granted["s3:GetObject"] == {f"arn:aws:s3:::{data}/{PAYMENTS}/*"}
        assert granted["s3:ListBucket"] == {f"arn:aws:s3:::{data}"}
        assert "s3:PutObject" not in granted


def test_network_lets_through_to_the_data_that_names_nobody_when_there_is_a_reporting_hub(here: RecordedStack) -> None:
    data = here.one("aws:s3/bucket:Bucket", "anonymised").inputs["bucket"]
    (endpoint,) = [
        each for each in _within(here, "PrivateNetwork", "aws:ec2/vpcEndpoint:VpcEndpoint") if each.name == "s3"
    ]
    (objects,) = [each for each in statements_of(endpoint) if each["Sid"] == "OwnObjects"]
    assert f"arn:aws:s3:::{data}/{PAYMENTS}/*" in objects["Resource"]


def test_queries_cannot_leave_their_workgroups_limits(here: RecordedStack) -> None:
    settings = here.one("aws:athena/workgroup:Workgroup", "queries").inputs["configuration"]
    assert settings["enforceWorkgroupConfiguration"] is True
    assert settings["bytesScannedCutoffPerQuery"] == 1024**4
    assert settings["resultConfiguration"]["encryptionConfiguration"]["encryptionOption"] == "SSE_KMS"


def test_warehouse_is_reached_over_tls_from_within_alone(here: RecordedStack) -> None:
    workgroup = here.one("aws:redshiftserverless/workgroup:Workgroup", "warehouse").inputs
    assert workgroup["publiclyAccessible"] is False
    assert workgroup["enhancedVpcRouting"] is True
    assert workgroup["configParameters"] == [{"parameterKey": "require_ssl", "parameterValue": "true"}]
    namespace = here.one("aws:redshiftserverless/namespace:Namespace", "warehouse").inputs
    assert namespace["manageAdminPassword"] is True
    assert "adminUserPassword" not in namespace


def test_search_is_not_public(here: RecordedStack) -> None:
    network = here.one("aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", "search-network")
    (rule,) = json.loads(network.inputs["policy"])
    assert rule["AllowFromPublic"] is False
    assert rule["SourceVPCEs"] == ["search-id"]


def test_iam_is_recorded_in_one_region_when_there_are_two(prod: dict[str, RecordedStack]) -> None:
    recording = [
        prod[f"prod-{region}"].one("aws:cfg/recorder:Recorder", "compliance").inputs["recordingGroup"]
        for region in REGIONS
    ]
    assert [each["includeGlobalResourceTypes"] for each in recording] == [True, False]
    assert all(each["allSupported"] for each in recording)


def test_pack_of_rules_is_a_template_that_config_takes(here: RecordedStack) -> None:
    body = here.one("aws:cfg/conformancePack:ConformancePack", "compliance").inputs["templateBody"]
    rules = json.loads(body)["Resources"]
    assert {each["Properties"]["Source"]["SourceIdentifier"] for each in rules.values()} == set(RULES.values())
    assert {each["Type"] for each in rules.values()} == {"AWS::Config::ConfigRule"}
    # Config Developer Guide, "Service limits": a template that is given as text has 51,200 bytes.
    assert len(body) <= 51_200


def test_change_is_taken_back_when_an_alarm_sounds(here: RecordedStack) -> None:
    environment = here.one("aws:appconfig/environment:Environment", "configuration")
    watched = {each["alarmArn"] for each in environment.inputs["monitors"]}
    alarms = here.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert watched == {
        alarms[name].outputs["arn"]
        for name in (
            "incoming-dead-letters",
            "processing-dead-letters",
            "releasing-dead-letters",
            "payment-events-waiting",
            "syncing-waiting",
        )
    }
    # AppConfig API Reference, "CreateEnvironment": five monitors at most.
    assert len(watched) <= 5


def test_controls_are_on_the_accounts_unit_when_it_is_in_an_organization(prod: dict[str, RecordedStack]) -> None:
    controls = prod["prod-foundation"].of("aws:controltower/controlTowerControl:ControlTowerControl").values()
    assert {each.inputs["targetIdentifier"] for each in controls} == {
        f"arn:aws:organizations::{PROD_ACCOUNT}:ou/o-exampleorgid/ou-exam-exampleou"
    }
    assert {each.inputs["region"] for each in controls} == {"eu-west-1"}
