"""The ids, ARNs and URLs of AWS's resource types, for those that the program uses.

Forms: Service Authorization Reference, "Resource types defined by ..." of each service.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from simulations.cloud.realisers.apart import apart
from simulations.cloud.realisers.arns import invoke_arn
from simulations.cloud.realisers.documents import flag, items, text
from simulations.cloud.realisers.modelled_data import DATA_IDENTITIES
from simulations.cloud.realisers.modelled_edge import EDGE_IDENTITIES
from simulations.cloud.realisers.modelled_hubs import HUB_IDENTITIES
from simulations.cloud.realisers.modelled_integration import INTEGRATION_IDENTITIES
from simulations.cloud.realisers.modelled_monitoring import MONITORING_IDENTITIES
from simulations.cloud.realisers.modelled_network import NETWORK_IDENTITIES
from simulations.cloud.realisers.modelled_operators import OPERATOR_IDENTITIES
from simulations.cloud.realisers.modelled_trail import TRAIL_IDENTITIES
from simulations.cloud.realisers.s3 import HOSTED_ZONES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject

Identity: TypeAlias = "tuple[str, dict[str, JsonValue]]"
FAKE_CREDENTIAL = "modelled-and-not-a-secret"
MODELLED_DAY = "2026-01-01T00:00:00Z"


def _kms_key(subject: Subject) -> Identity:
    key_id = f"mrk-{subject.hexadecimal(32)}" if flag(subject.inputs, "multiRegion") else subject.uuid()
    return key_id, {"keyId": key_id, "arn": subject.arn("kms", f"key/{key_id}")}


def _kms_replica(subject: Subject) -> Identity:
    key_id = subject.text("primaryKeyArn").rpartition("/")[2]
    return key_id, {"keyId": key_id, "arn": subject.arn("kms", f"key/{key_id}")}


def _kms_alias(subject: Subject) -> Identity:
    name = subject.text("name", f"alias/{subject.name}")
    target = subject.text("targetKeyId")
    key_arn = target if target.startswith("arn:") else subject.arn("kms", f"key/{target}")
    return name, {"name": name, "arn": subject.arn("kms", name), "targetKeyArn": key_arn}


def _role(subject: Subject) -> Identity:
    name = subject.physical()
    own: dict[str, JsonValue] = {
        "name": name,
        "arn": subject.arn("iam", f"role{subject.text('path', '/')}{name}", regional=False),
        "uniqueId": f"AROA{subject.letters(17).upper()}",
        "createDate": MODELLED_DAY,
    }
    return name, own


def _role_policy(subject: Subject) -> Identity:
    name = subject.physical()
    return f"{subject.text('role')}:{name}", {"name": name}


def _policy(subject: Subject) -> Identity:
    name = subject.physical()
    policy_arn = subject.arn("iam", f"policy{subject.text('path', '/')}{name}", regional=False)
    return policy_arn, {"name": name, "arn": policy_arn, "policyId": f"ANPA{subject.letters(17).upper()}"}


def _attachment(subject: Subject) -> Identity:
    return f"{subject.text('role')}/{subject.text('policyArn')}", {}


def _dsql_cluster(subject: Subject) -> Identity:
    identifier = subject.letters(26)
    return identifier, {"identifier": identifier, "arn": subject.arn("dsql", f"cluster/{identifier}")}


def _dsql_peering(subject: Subject) -> Identity:
    return subject.text("identifier"), {}


def _table(subject: Subject) -> Identity:
    name = subject.physical()
    own: dict[str, JsonValue] = {"name": name, "arn": subject.arn("dynamodb", f"table/{name}")}
    if flag(subject.inputs, "streamEnabled"):
        label = "2026-01-01T00:00:00.000"
        own |= {"streamLabel": label, "streamArn": subject.arn("dynamodb", f"table/{name}/stream/{label}")}
    own["replicas"] = [
        {
            **replica,
            "arn": f"arn:aws:dynamodb:{text(replica, 'regionName')}:{subject.account_id}:table/{name}",
        }
        for replica in items(subject.inputs, "replicas")
    ]
    return name, own


def _table_replica(subject: Subject) -> Identity:
    table_arn = subject.text("globalTableArn")
    name, home = table_arn.rpartition("/")[2], (table_arn.split(":") + [""] * 4)[3]
    return f"{name}:{home}", {"arn": subject.arn("dynamodb", f"table/{name}")}


def _bucket(subject: Subject) -> Identity:
    name = subject.physical("bucket")
    own: dict[str, JsonValue] = {
        "bucket": name,
        "arn": f"arn:aws:s3:::{name}",
        "bucketRegion": subject.region,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{name}.s3.{subject.region}.amazonaws.com",
        "hostedZoneId": HOSTED_ZONES.get(subject.region, f"Z{subject.letters(13).upper()}"),
    }
    return name, own


def _named(input_name: str) -> Callable[[Subject], Identity]:
    """A resource whose id is one of its inputs."""
    return lambda subject: (subject.text(input_name, subject.name), {})


def _queue(subject: Subject) -> Identity:
    name = subject.physical()
    url = f"https://sqs.{subject.region}.amazonaws.com/{subject.account_id}/{name}"
    return url, {"name": name, "url": url, "arn": subject.arn("sqs", name)}


def _topic(subject: Subject) -> Identity:
    name = subject.physical()
    topic_arn = subject.arn("sns", name)
    return topic_arn, {"name": name, "arn": topic_arn, "owner": subject.account_id}


def _subscription(subject: Subject) -> Identity:
    subscription_arn = f"{subject.text('topic')}:{subject.uuid()}"
    own: dict[str, JsonValue] = {"arn": subscription_arn, "ownerId": subject.account_id, "pendingConfirmation": False}
    return subscription_arn, own


def _function(subject: Subject) -> Identity:
    name = subject.physical()
    version = "1" if flag(subject.inputs, "publish") else "$LATEST"
    function_arn = subject.arn("lambda", f"function:{name}")
    own: dict[str, JsonValue] = {
        "name": name,
        "arn": function_arn,
        "invokeArn": invoke_arn(function_arn),
        "qualifiedArn": f"{function_arn}:{version}",
        "qualifiedInvokeArn": invoke_arn(f"{function_arn}:{version}"),
        "version": version,
        "lastModified": MODELLED_DAY,
    }
    return name, own


def _layer(subject: Subject) -> Identity:
    layer_arn = subject.arn("lambda", f"layer:{subject.physical('layerName')}")
    return f"{layer_arn}:1", {"arn": f"{layer_arn}:1", "layerArn": layer_arn, "version": "1"}


def _function_alias(subject: Subject) -> Identity:
    name, function = subject.physical(), subject.text("functionName")
    function_arn = function if function.startswith("arn:") else subject.arn("lambda", f"function:{function}")
    alias_arn = f"{function_arn}:{name}"
    return alias_arn, {"name": name, "arn": alias_arn, "invokeArn": invoke_arn(alias_arn)}


def _event_source_mapping(subject: Subject) -> Identity:
    identity = subject.uuid()
    own: dict[str, JsonValue] = {
        "uuid": identity,
        "arn": subject.arn("lambda", f"event-source-mapping:{identity}"),
        "functionArn": subject.text("functionName"),
        "state": "Enabled",
    }
    return identity, own


def _log_group(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn("logs", f"log-group:{name}")}


def _alarm(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn("cloudwatch", f"alarm:{name}")}


def _table_policy(subject: Subject) -> Identity:
    return str(subject.inputs.get("resourceArn", subject.name)), {"revisionId": subject.letters(13)}


def _metric_filter(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name}


def _rest_api(subject: Subject) -> Identity:
    api_id = subject.letters(10)
    own: dict[str, JsonValue] = {
        "arn": subject.arn("apigateway", f"/restapis/{api_id}", owned=False),
        "executionArn": subject.arn("execute-api", api_id),
        "rootResourceId": subject.letters(10, "root"),
        "createdDate": MODELLED_DAY,
    }
    return api_id, own


def _deployment(subject: Subject) -> Identity:
    return subject.letters(6), {"createdDate": MODELLED_DAY}


def _stage(subject: Subject) -> Identity:
    api_id, name = subject.text("restApi"), subject.text("stageName")
    own: dict[str, JsonValue] = {
        "arn": subject.arn("apigateway", f"/restapis/{api_id}/stages/{name}", owned=False),
        "executionArn": subject.arn("execute-api", f"{api_id}/{name}"),
        "invokeUrl": f"https://{api_id}.execute-api.{subject.region}.amazonaws.com/{name}",
        "webAclArn": "",
    }
    return f"ags-{api_id}-{name}", own


def _method_settings(subject: Subject) -> Identity:
    parts = [subject.text("restApi"), subject.text("stageName"), subject.text("methodPath")]
    return "-".join(parts), {}


def _user_pool(subject: Subject) -> Identity:
    pool_id = f"{subject.region}_{subject.letters(9)}"
    own: dict[str, JsonValue] = {
        "name": subject.physical(),
        "arn": subject.arn("cognito-idp", f"userpool/{pool_id}"),
        "endpoint": f"cognito-idp.{subject.region}.amazonaws.com/{pool_id}",
    }
    return pool_id, own


def _user_pool_domain(subject: Subject) -> Identity:
    return subject.text("domain"), {"awsAccountId": subject.account_id}


def _resource_server(subject: Subject) -> Identity:
    identifier = subject.text("identifier")
    scopes: list[JsonValue] = [f"{identifier}/{text(scope, 'scopeName')}" for scope in items(subject.inputs, "scopes")]
    return f"{subject.text('userPoolId')}|{identifier}", {"scopeIdentifiers": scopes}


def _user_pool_client(subject: Subject) -> Identity:
    secret: dict[str, JsonValue] = {}
    if flag(subject.inputs, "generateSecret"):
        secret["clientSecret"] = FAKE_CREDENTIAL
    return subject.letters(26), secret


def _schedule(subject: Subject) -> Identity:
    group, name = subject.text("groupName", "default"), subject.physical()
    own: dict[str, JsonValue] = {
        "name": name,
        "groupName": group,
        "arn": subject.arn("scheduler", f"schedule/{group}/{name}"),
    }
    return f"{group}/{name}", own


def _secret(subject: Subject) -> Identity:
    name = subject.physical()
    secret_arn = subject.arn("secretsmanager", f"secret:{name}-{subject.letters(6)}")
    return secret_arn, {"name": name, "arn": secret_arn}


def _secret_version(subject: Subject) -> Identity:
    secret_arn, version_id = subject.text("secretId"), subject.uuid()
    own: dict[str, JsonValue] = {"arn": secret_arn, "versionId": version_id, "versionStages": ["AWSCURRENT"]}
    return f"{secret_arn}|{version_id}", own


def _account(subject: Subject) -> Identity:
    del subject
    return "api-gateway-account", {"apiKeyVersion": "4"}


def _zone(subject: Subject) -> Identity:
    zone_id = f"Z{subject.letters(20).upper()}"
    servers: list[JsonValue] = [f"ns-{number}.awsdns-{number}.example" for number in range(4)]
    return zone_id, {"zoneId": zone_id, "arn": f"arn:aws:route53:::hostedzone/{zone_id}", "nameServers": servers}


def _record(subject: Subject) -> Identity:
    parts = [subject.text(each) for each in ("zoneId", "name", "type", "setIdentifier")]
    return "_".join(part for part in parts if part), {"fqdn": subject.text("name")}


def _health_check(subject: Subject) -> Identity:
    identity = subject.uuid()
    return identity, {"arn": f"arn:aws:route53:::healthcheck/{identity}"}


def _certificate(subject: Subject) -> Identity:
    certificate_arn, name = subject.arn("acm", f"certificate/{subject.uuid()}"), subject.text("domainName")
    option: dict[str, JsonValue] = {
        "domainName": name,
        "resourceRecordName": f"_{subject.hexadecimal(32)}.{name}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{subject.hexadecimal(32, 'value')}.acm-validations.aws.",
    }
    return certificate_arn, {"arn": certificate_arn, "status": "ISSUED", "domainValidationOptions": [option]}


def _domain_name(subject: Subject) -> Identity:
    name = subject.text("domainName")
    own: dict[str, JsonValue] = {
        "arn": subject.arn("apigateway", f"/domainnames/{name}", owned=False),
        "regionalDomainName": f"d-{subject.letters(10)}.execute-api.{subject.region}.amazonaws.com",
        "regionalZoneId": f"Z{subject.letters(13).upper()}",
    }
    return name, own


def _base_path_mapping(subject: Subject) -> Identity:
    return f"{subject.text('domainName')}/{subject.text('basePath')}", {}


def _region_switch_plan(subject: Subject) -> Identity:
    name = subject.physical()
    plan_arn = f"arn:aws:arc-region-switch::{subject.account_id}:plan/{name}:{subject.letters(6)}"
    return plan_arn, {"name": name, "arn": plan_arn}


IDENTITIES: Mapping[str, Callable[[Subject], Identity]] = MappingProxyType(
    {
        "aws:acm/certificate:Certificate": _certificate,
        "aws:acm/certificateValidation:CertificateValidation": _named("certificateArn"),
        "aws:apigateway/account:Account": _account,
        "aws:apigateway/basePathMapping:BasePathMapping": _base_path_mapping,
        "aws:apigateway/deployment:Deployment": _deployment,
        "aws:apigateway/domainName:DomainName": _domain_name,
        "aws:apigateway/methodSettings:MethodSettings": _method_settings,
        "aws:apigateway/restApi:RestApi": _rest_api,
        "aws:apigateway/restApiPolicy:RestApiPolicy": _named("restApiId"),
        "aws:apigateway/stage:Stage": _stage,
        "aws:arcregionswitch/plan:Plan": _region_switch_plan,
        "aws:cloudwatch/logGroup:LogGroup": _log_group,
        "aws:cloudwatch/logMetricFilter:LogMetricFilter": _metric_filter,
        "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
        "aws:cognito/resourceServer:ResourceServer": _resource_server,
        "aws:cognito/userPool:UserPool": _user_pool,
        "aws:cognito/userPoolClient:UserPoolClient": _user_pool_client,
        "aws:cognito/userPoolDomain:UserPoolDomain": _user_pool_domain,
        "aws:dsql/cluster:Cluster": _dsql_cluster,
        "aws:dsql/clusterPeering:ClusterPeering": _dsql_peering,
        "aws:dynamodb/resourcePolicy:ResourcePolicy": _table_policy,
        "aws:dynamodb/table:Table": _table,
        "aws:dynamodb/tableReplica:TableReplica": _table_replica,
        "aws:iam/policy:Policy": _policy,
        "aws:iam/role:Role": _role,
        "aws:iam/rolePolicy:RolePolicy": _role_policy,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
        "aws:kms/alias:Alias": _kms_alias,
        "aws:kms/key:Key": _kms_key,
        "aws:kms/replicaKey:ReplicaKey": _kms_replica,
        "aws:lambda/alias:Alias": _function_alias,
        "aws:lambda/eventSourceMapping:EventSourceMapping": _event_source_mapping,
        "aws:lambda/function:Function": _function,
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _named("functionName"),
        "aws:lambda/layerVersion:LayerVersion": _layer,
        "aws:lambda/permission:Permission": _named("statementId"),
        "aws:route53/healthCheck:HealthCheck": _health_check,
        "aws:route53/record:Record": _record,
        "aws:route53/zone:Zone": _zone,
        "aws:s3/bucket:Bucket": _bucket,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _named("bucket"),
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _named("bucket"),
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _named("bucket"),
        "aws:s3/bucketPolicy:BucketPolicy": _named("bucket"),
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _named("bucket"),
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _named("bucket"),
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _named("bucket"),
        "aws:s3/bucketVersioning:BucketVersioning": _named("bucket"),
        "aws:scheduler/schedule:Schedule": _schedule,
        "aws:secretsmanager/secret:Secret": _secret,
        "aws:secretsmanager/secretVersion:SecretVersion": _secret_version,
        "aws:sns/topic:Topic": _topic,
        "aws:sns/topicPolicy:TopicPolicy": _named("arn"),
        "aws:sns/topicSubscription:TopicSubscription": _subscription,
        "aws:sqs/queue:Queue": _queue,
        "aws:sqs/queuePolicy:QueuePolicy": _named("queueUrl"),
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _named("queueUrl"),
        "aws:sqs/redrivePolicy:RedrivePolicy": _named("queueUrl"),
        **apart(
            NETWORK_IDENTITIES,
            EDGE_IDENTITIES,
            OPERATOR_IDENTITIES,
            TRAIL_IDENTITIES,
            HUB_IDENTITIES,
            DATA_IDENTITIES,
            MONITORING_IDENTITIES,
            INTEGRATION_IDENTITIES,
        ),
    }
)
