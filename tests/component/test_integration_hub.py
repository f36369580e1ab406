"""What third parties and on-premises systems meet of the hub is encrypted, private, and reached as it should be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from components.integration.broker_configuration import NAMESPACE, ON_PREMISES, broker_configuration
from components.integration.site_edge import EDGE_REGION
from stacks.settings import load_settings
from tests.component.policies import allowed, statements_of
from tests.component.recording import MADE_UP, PROD_ACCOUNT, REGIONS

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, OTHER = REGIONS
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How Pulumi marks a secret (its SDK, `rpc.py`)."""
DISTRIBUTION_ARN = f"arn:aws:cloudfront::{PROD_ACCOUNT}:distribution/developers"


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's foundation."""
    return prod["prod-foundation"]


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's stack of a Region."""
    return prod[f"prod-{REGION}"]


def within(stack: RecordedStack, component: str, kind: str) -> list[Recorded]:
    return [each for each in stack.resources if each.type == kind and f":{component}" in each.parent.split("::")[2]]


def by_sid(resource: Recorded) -> dict[str, Any]:
    return {statement["Sid"]: statement for statement in statements_of(resource)}


def kept_secret(value: dict[str, Any]) -> Any:
    """What the engine is told to keep secret: in its state, and in all that it shows."""
    assert value[SIGNATURE] == SECRET
    return value["value"]


def test_only_the_distribution_reads_the_site_when_its_buckets_are_asked(foundation: RecordedStack) -> None:
    from_distribution = {"ArnEquals": {"aws:SourceArn": [DISTRIBUTION_ARN]}}
    for region in REGIONS:
        bucket = f"arn:aws:s3:::twinrail-prod-developers-{region}-{PROD_ACCOUNT}"
        allows = [
            each
            for each in statements_of(foundation.one("aws:s3/bucketPolicy:BucketPolicy", f"developers-{region}"))
            if each["Effect"] == "Allow"
        ]
        assert [(each["Action"], each["Resource"]) for each in allows] == [
            (["s3:GetObject"], [f"{bucket}/public/*"]),
            (["s3:ListBucket"], [bucket]),
        ]
        for allow in allows:
            assert allow["Principal"] == {"Service": ["cloudfront.amazonaws.com"]}
            assert allow["Condition"] == from_distribution
        shut = foundation.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", f"developers-{region}")
        assert shut.inputs["blockPublicPolicy"] is shut.inputs["restrictPublicBuckets"] is True
    opened = by_sid(foundation.one("aws:kms/key:Key", f"developers-{REGION}"))["Distribution"]
    assert opened["Action"] == ["kms:Decrypt"]
    assert opened["Condition"] == from_distribution


def test_site_speaks_tls_alone_and_signs_what_it_asks_when_it_is_visited(foundation: RecordedStack) -> None:
    site = foundation.one("aws:cloudfront/distribution:Distribution", "developers").inputs
    assert site["aliases"] == ["developers.hub.twinrail.example"]
    assert site["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert site["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    assert {each["originAccessControlId"] for each in site["origins"]} == {"developers-id"}
    control = foundation.one("aws:cloudfront/originAccessControl:OriginAccessControl", "developers").inputs
    assert (control["signingBehavior"], control["signingProtocol"]) == ("always", "sigv4")
    headers = foundation.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "developers").inputs
    shown = headers["securityHeadersConfig"]
    assert shown["frameOptions"] == {"frameOption": "DENY", "override": True}
    assert shown["contentTypeOptions"] == {"override": True}
    assert shown["strictTransportSecurity"]["accessControlMaxAgeSec"] >= 365 * 24 * 3600


def test_second_regions_bucket_answers_when_the_first_does_not(foundation: RecordedStack) -> None:
    site = foundation.one("aws:cloudfront/distribution:Distribution", "developers").inputs
    (group,) = site["originGroups"]
    assert [each["originId"] for each in group["members"]] == list(REGIONS)
    assert group["originId"] == site["defaultCacheBehavior"]["targetOriginId"]
    assert set(group["failoverCriteria"]["statusCodes"]) == {500, 502, 503, 504}
    copied = foundation.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "developers").inputs
    assert copied["bucket"] == f"twinrail-prod-developers-{REGION}-{PROD_ACCOUNT}"
    (rule,) = copied["rules"]
    assert rule["destination"]["bucket"] == f"arn:aws:s3:::twinrail-prod-developers-{OTHER}-{PROD_ACCOUNT}"


def test_only_what_cloudfront_must_find_there_is_out_of_the_hubs_regions(prod: dict[str, RecordedStack]) -> None:
    elsewhere = {
        each.type
        for stack in prod.values()
        for each in stack.resources
        if each.custom and each.inputs.get("region", REGION) not in REGIONS and not each.type.startswith("pulumi:")
    }
    assert elsewhere == {
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:cloudwatch/logDelivery:LogDelivery",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        "aws:wafv2/webAcl:WebAcl",
    }
    acl = prod["prod-foundation"].one("aws:wafv2/webAcl:WebAcl", "developers").inputs
    assert (acl["scope"], acl["region"]) == ("CLOUDFRONT", EDGE_REGION)
    assert acl["rules"][0]["statement"]["rateBasedStatement"]["limit"] == 600
    assert acl["rules"][0]["action"] == {"block": {}}


def test_addresses_of_visitors_stay_in_the_hubs_region_when_they_are_logged(foundation: RecordedStack) -> None:
    kind = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
    told = foundation.one(kind, "site-log").inputs["deliveryDestinationConfiguration"]
    bucket = f"arn:aws:s3:::twinrail-prod-site-log-{REGION}-{PROD_ACCOUNT}"
    assert told == {"destinationResourceArn": bucket}
    written = by_sid(foundation.one("aws:s3/bucketPolicy:BucketPolicy", "site-log"))["LogDelivery"]
    assert written["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    assert written["Resource"] == [f"{bucket}/AWSLogs/*"]
    source = f"arn:aws:logs:us-east-1:{PROD_ACCOUNT}:delivery-source:twinrail-prod-site-log"
    assert written["Condition"] == {
        "StringEquals": {"s3:x-amz-acl": ["bucket-owner-full-control"], "aws:SourceAccount": [PROD_ACCOUNT]},
        "ArnEquals": {"aws:SourceArn": [source]},
    }


def test_passwords_of_brokers_are_made_up_and_in_no_settings_when_their_users_are_made(here: RecordedStack) -> None:
    (broker,) = within(here, "MessagingBrokers", "aws:mq/broker:Broker")
    versions = here.of("aws:secretsmanager/secretVersion:SecretVersion")
    users = kept_secret(broker.inputs["users"])
    for user in users:
        version = versions[f"messaging-{user['username']}"]
        assert kept_secret(version.inputs["secretString"]) == user["password"] == MADE_UP
        assert user["groups"] == [user["username"]]
    assert {user["username"] for user in users} == {"hub", "on-premises"}


def test_brokers_are_a_pair_within_the_network_when_they_are_made(here: RecordedStack) -> None:
    (broker,) = within(here, "MessagingBrokers", "aws:mq/broker:Broker")
    assert broker.inputs["deploymentMode"] == "ACTIVE_STANDBY_MULTI_AZ"
    assert len(set(broker.inputs["subnetIds"])) == 2
    assert broker.inputs["publiclyAccessible"] is False
    assert broker.inputs["encryptionOptions"] == {
        "kmsKeyId": here.one("aws:kms/key:Key", "messaging").outputs["arn"],
        "useAwsOwnedKey": False,
    }
    assert broker.inputs["logs"] == {"audit": True, "general": True}
    rules = within(here, "MessagingBrokers", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    # OpenWire and AMQP over TLS; the console is not among them.
    assert {(rule.inputs["fromPort"], rule.inputs["cidrIpv4"]) for rule in rules} == {
        (61617, "172.20.0.0/16"),
        (5671, "172.20.0.0/16"),
    }
    assert within(here, "MessagingBrokers", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []


def test_systems_on_premises_read_only_what_is_for_them_when_the_brokers_ask() -> None:
    entries = list(etree.fromstring(broker_configuration().encode()).iter(f"{{{NAMESPACE}}}authorizationEntry"))
    rights = {entry.attrib.get("queue", entry.attrib.get("topic")): entry.attrib for entry in entries}
    assert {name for name, each in rights.items() if ON_PREMISES in str(each["read"]).split(",")} == {
        "payments.outgoing",
        "ActiveMQ.Advisory.>",
    }
    assert {name for name, each in rights.items() if ON_PREMISES in str(each["write"]).split(",")} == {
        "payments.incoming",
        "ActiveMQ.Advisory.>",
    }
    assert rights[">"]["read"] == "hub"


def test_dead_letters_of_either_broker_raise_an_alarm_when_there_is_one(here: RecordedStack) -> None:
    alarms = within(here, "MessagingBrokers", "aws:cloudwatch/metricAlarm:MetricAlarm")
    brokers = {alarm.inputs["dimensions"]["Broker"] for alarm in alarms}
    assert brokers == {"twinrail-prod-messaging-1", "twinrail-prod-messaging-2"}
    for alarm in alarms:
        assert alarm.inputs["dimensions"]["Queue"] == "ActiveMQ.DLQ"
        assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("GreaterThanThreshold", 0)


def test_regions_are_never_worked_on_together_when_days_are_chosen(prod: dict[str, RecordedStack]) -> None:
    days = set()
    for region in REGIONS:
        stack = prod[f"prod-{region}"]
        (broker,) = within(stack, "MessagingBrokers", "aws:mq/broker:Broker")
        cluster = stack.one("aws:rds/cluster:Cluster", "records").inputs
        cache = stack.one("aws:elasticache/replicationGroup:ReplicationGroup", "accounts").inputs
        day = broker.inputs["maintenanceWindowStartTime"]["dayOfWeek"][:3].lower()
        assert cluster["preferredMaintenanceWindow"] == cache["maintenanceWindow"] == f"{day}:02:00-{day}:03:00"
        days.add(day)
    assert len(days) == 2


def test_consent_withdrawn_in_a_region_is_withdrawn_in_the_other_when_it_is_read(foundation: RecordedStack) -> None:
    table = foundation.one("aws:dynamodb/table:Table", "consents").inputs
    (replica,) = table["replicas"]
    assert replica["consistencyMode"] == "STRONG"
    assert (table["serverSideEncryption"]["kmsKeyArn"], replica["kmsKeyArn"]) == tuple(
        foundation.exports["integration"]["consents_key_arns"][region] for region in REGIONS
    )
    assert table["pointInTimeRecovery"]["enabled"] is replica["pointInTimeRecovery"] is True
    assert table["deletionProtectionEnabled"] is True
    # Strong consistency knows none; it must not be given away for one.
    assert "ttl" not in table


def test_what_is_known_of_accounts_goes_by_itself_when_its_time_is_over(foundation: RecordedStack) -> None:
    for name in ("account-aggregates", "api-metrics"):
        for region in REGIONS:
            table = foundation.one("aws:dynamodb/table:Table", f"{name}-{region}")
            assert table.inputs["ttl"] == {"attributeName": "expires_at", "enabled": True}
            assert table.region == region
            assert table.inputs["serverSideEncryption"]["kmsKeyArn"].split(":")[3] == region


def test_copy_of_records_is_shut_encrypted_and_without_a_password_of_ours_when_it_is_made(here: RecordedStack) -> None:
    cluster = here.one("aws:rds/cluster:Cluster", "records").inputs
    key_arn = here.one("aws:kms/key:Key", "records").outputs["arn"]
    assert cluster["storageEncrypted"] is cluster["iamDatabaseAuthenticationEnabled"] is True
    assert cluster["kmsKeyId"] == cluster["masterUserSecretKmsKeyId"] == key_arn
    assert cluster["manageMasterUserPassword"] is True
    assert "masterPassword" not in cluster
    assert cluster["deletionProtection"] is True
    assert cluster["skipFinalSnapshot"] is False
    parameters = here.one("aws:rds/clusterParameterGroup:ClusterParameterGroup", "records").inputs["parameters"]
    assert {"name": "rds.force_ssl", "value": "1"} in parameters
    assert {"name": "log_statement", "value": "none"} in parameters
    for letter in "ab":
        instance = here.one("aws:rds/clusterInstance:ClusterInstance", f"records-{letter}").inputs
        assert instance["publiclyAccessible"] is False
    (group,) = within(here, "RecordCopy", "aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == f"/aws/rds/cluster/{cluster['clusterIdentifier']}/postgresql"


def test_cache_takes_nobody_but_by_iam_and_over_tls_when_it_is_asked(here: RecordedStack) -> None:
    cache = here.one("aws:elasticache/replicationGroup:ReplicationGroup", "accounts").inputs
    assert cache["transitEncryptionEnabled"] is cache["atRestEncryptionEnabled"] is cache["multiAzEnabled"] is True
    assert cache["transitEncryptionMode"] == "required"
    assert "logDeliveryConfigurations" not in cache
    reader, nobody = (here.one("aws:elasticache/user:User", name).inputs for name in ("accounts", "accounts-default"))
    assert reader["authenticationMode"] == {"type": "iam"}
    assert reader["userName"] == reader["userId"]
    assert reader["accessString"].startswith("on ~accounts:* -@all ")
    assert (nobody["userName"], nobody["accessString"]) == ("default", "off ~* -@all")
    assert len(cache["replicationGroupId"]) <= 40


def test_participant_is_told_of_its_own_payments_alone_when_it_has_a_webhook(here: RecordedStack) -> None:
    rule = here.one("aws:cloudwatch/eventRule:EventRule", "webhook-participant-a").inputs
    assert json.loads(rule["eventPattern"]) == {
        "source": ["twinrail.payments"],
        "detail-type": ["Payment status"],
        "detail": {"participant": ["participant-a"]},
    }
    assert rule["eventBusName"] == "twinrail-prod-third-parties"
    pipe = here.one("aws:pipes/pipe:Pipe", "payment-status").inputs
    assert pipe["targetParameters"] == {
        "eventbridgeEventBusParameters": {"source": "twinrail.payments", "detailType": "Payment status"},
        "inputTemplate": "<$.body>",
    }
    assert pipe["source"] == here.one("aws:sqs/queue:Queue", "payment-status").outputs["arn"]
    subscription = here.one("aws:sns/topicSubscription:TopicSubscription", "payment-status").inputs
    assert subscription["rawMessageDelivery"] is True
    assert subscription["topic"] == here.exports["notification_topic_arn"]


def test_undelivered_status_is_kept_and_raises_an_alarm_when_a_day_is_over(here: RecordedStack) -> None:
    target = here.one("aws:cloudwatch/eventTarget:EventTarget", "webhook-participant-a").inputs
    queue = here.one("aws:sqs/queue:Queue", "undelivered-status")
    assert target["deadLetterConfig"] == {"arn": queue.outputs["arn"]}
    assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185}
    alarm = here.one("aws:cloudwatch/metricAlarm:MetricAlarm", "undelivered-status").inputs
    assert alarm["dimensions"] == {"QueueName": queue.inputs["name"]}
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 0)
    allowed_to = by_sid(here.one("aws:sqs/queuePolicy:QueuePolicy", "undelivered-status"))["GivenUp"]
    events = f"arn:aws:events:{REGION}:{PROD_ACCOUNT}"
    assert allowed_to["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        f"{events}:event-bus/twinrail-prod-third-parties",
        f"{events}:rule/twinrail-prod-third-parties/twinrail-prod-webhook-participant-a",
    ]


def test_hub_shows_a_key_that_nobody_chose_when_it_calls_a_webhook(here: RecordedStack) -> None:
    connection = here.one("aws:cloudwatch/eventConnection:EventConnection", "webhook-participant-a").inputs
    key = here.one("aws:kms/key:Key", "status-events")
    assert kept_secret(connection["authParameters"]) == {"apiKey": {"key": "X-Twinrail-Webhook-Key", "value": MADE_UP}}
    assert connection["kmsKeyIdentifier"] == key.outputs["arn"]
    assert key.inputs["tags"] == {"EventBridgeApiDestinations": "true"}
    destination = here.one("aws:cloudwatch/eventApiDestination:EventApiDestination", "webhook-participant-a").inputs
    assert destination["invocationEndpoint"].startswith("https://")
    assert destination["invocationRateLimitPerSecond"] == 100
    role = here.one("aws:iam/rolePolicy:RolePolicy", "webhooks")
    assert set(allowed(role)) == {"events:InvokeApiDestination"}


def test_third_party_comes_with_a_certificate_or_not_at_all_when_it_calls(here: RecordedStack) -> None:
    domain = here.one("aws:apigateway/domainName:DomainName", "third-parties").inputs
    bucket = f"twinrail-prod-trust-store-{REGION}-{PROD_ACCOUNT}"
    assert domain["domainName"] == "third-parties.api.hub.twinrail.example"
    assert domain["mutualTlsAuthentication"]["truststoreUri"] == f"s3://{bucket}/authorities.pem"
    assert domain["securityPolicy"] == "TLS_1_2"
    # Mutual TLS is the domain's alone: any other address would let in whoever has none.
    assert here.one("aws:apigateway/restApi:RestApi", "third-parties").inputs["disableExecuteApiEndpoint"] is True
    assert "disableExecuteApiEndpoint" not in here.one("aws:apigateway/restApi:RestApi", "messages").inputs
    mapping = here.one("aws:apigateway/basePathMapping:BasePathMapping", "third-parties").inputs
    assert (mapping["domainName"], mapping["restApi"]) == (domain["domainName"], "third-parties-id")


def test_third_party_gets_what_participants_get_when_it_has_a_token_as_well(here: RecordedStack) -> None:
    own, other = (
        json.loads(here.one("aws:apigateway/restApi:RestApi", name).inputs["body"])
        for name in ("messages", "third-parties")
    )
    assert own["paths"] == other["paths"]
    assert own["components"] == other["components"]
    permissions = {
        name.removeprefix("third-parties-")
        for name in here.of("aws:lambda/permission:Permission")
        if name.startswith("third-parties-")
    }
    assert permissions == {
        name
        for name, each in here.of("aws:lambda/permission:Permission").items()
        if not name.startswith("third-parties-") and each.inputs["principal"] == "apigateway.amazonaws.com"
    }


def test_third_parties_are_limited_apart_when_they_call(here: RecordedStack) -> None:
    limits = here.one("aws:apigateway/methodSettings:MethodSettings", "third-parties").inputs["settings"]
    assert (limits["throttlingRateLimit"], limits["throttlingBurstLimit"]) == (500, 250)
    guarded = here.one("aws:wafv2/webAclAssociation:WebAclAssociation", "third-parties").inputs
    assert guarded["webAclArn"] == here.one("aws:wafv2/webAcl:WebAcl", "edge").outputs["arn"]
    assert guarded["resourceArn"] == f"arn:aws:apigateway:{REGION}::/restapis/third-parties-id/stages/v1"


def test_third_parties_are_answered_by_the_region_that_is_well_when_they_ask_dns(
    prod: dict[str, RecordedStack],
) -> None:
    for region in REGIONS:
        stack = prod[f"prod-{region}"]
        record = stack.one("aws:route53/record:Record", "third-parties").inputs
        assert record["setIdentifier"] == region
        assert record["latencyRoutingPolicies"] == [{"region": region}]
        assert record["healthCheckId"] == stack.one("aws:route53/record:Record", "shared").inputs["healthCheckId"]


def test_sandbox_has_an_account_of_its_own_when_third_parties_try() -> None:
    sandbox, production = load_settings("sandbox"), load_settings("prod")
    accounts = {each: load_settings(each).account_id for each in ("dev", "prod", "sandbox", "staging")}
    assert len(set(accounts.values())) == len(accounts)
    assert sandbox.dns.domain != production.dns.domain
    assert sandbox.hubs.integration is not None
    assert {network.cidr for network in sandbox.network.values()}.isdisjoint(
        network.cidr for network in production.network.values()
    )


def test_no_two_security_groups_have_one_name_when_they_are_in_one_network(here: RecordedStack) -> None:
    # EC2 refuses the second.
    names = [each.inputs["name"] for each in here.resources if each.type == "aws:ec2/securityGroup:SecurityGroup"]
    assert len(set(names)) == len(names)


def test_queue_of_status_takes_from_the_hubs_topic_alone_when_someone_sends(here: RecordedStack) -> None:
    refused, let_in = statements_of(here.one("aws:sqs/queuePolicy:QueuePolicy", "payment-status"))
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": ["false"]}}
    assert let_in["Principal"] == {"Service": ["sns.amazonaws.com"]}
    assert let_in["Condition"] == {"ArnEquals": {"aws:SourceArn": [here.exports["notification_topic_arn"]]}}
    opened = by_sid(here.one("aws:kms/key:Key", "status-events"))["Topics"]["Condition"]["ArnEquals"]
    topic_name = here.one("aws:sns/topic:Topic", "notifications").inputs["name"]
    assert opened == {"aws:SourceArn": [f"arn:aws:sns:{REGION}:{PROD_ACCOUNT}:{topic_name}"]}
