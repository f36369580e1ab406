"""What the provider would answer: identities that differ by account, Region, type and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class _Asked:
    """A resource that the program asked for; `named` is its name in AWS."""

    name: str
    named: str
    inputs: dict[str, Any]
    region: str
    account_id: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


def _alias(asked: _Asked) -> dict[str, Any]:
    arn = asked.arn("lambda", f"function:{asked.inputs['functionName']}:{asked.named}")
    return {
        "arn": arn,
        "invokeArn": f"arn:aws:apigateway:{asked.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
    }


def _queue(asked: _Asked) -> dict[str, Any]:
    url = f"https://sqs.{asked.region}.amazonaws.com/{asked.account_id}/{asked.named}"
    return {"arn": asked.arn("sqs", asked.named), "url": url}


def _sql_cluster(asked: _Asked) -> dict[str, Any]:
    return {"arn": asked.arn("dsql", f"cluster/{asked.name}"), "identifier": asked.name}


def _key(asked: _Asked) -> dict[str, Any]:
    return {"arn": asked.arn("kms", f"key/{asked.name}"), "keyId": f"key-{asked.name}"}


_OUTPUTS: dict[str, Callable[[_Asked], dict[str, Any]]] = {
    "aws:s3/bucket:Bucket": lambda asked: {"arn": f"arn:aws:s3:::{asked.inputs['bucket']}"},
    "aws:s3/bucketObjectv2:BucketObjectv2": lambda asked: {"versionId": f"version-of-{asked.inputs['key']}"},
    "aws:iam/role:Role": lambda asked: {"arn": f"arn:aws:iam::{asked.account_id}:role/{asked.named}"},
    "aws:dsql/cluster:Cluster": _sql_cluster,
    "aws:dynamodb/table:Table": lambda asked: {"arn": asked.arn("dynamodb", f"table/{asked.named}")},
    "aws:ec2/vpcEndpoint:VpcEndpoint": lambda asked: {"prefixListId": f"pl-{asked.name}"},
    "aws:codebuild/project:Project": lambda asked: {"arn": asked.arn("codebuild", f"project/{asked.named}")},
    "aws:networkfirewall/firewall:Firewall": lambda asked: {
        "arn": asked.arn("network-firewall", f"firewall/{asked.named}"),
        "firewallStatuses": [
            {
                "syncStates": [
                    {
                        "availabilityZone": f"{asked.region}{zone}",
                        "attachments": [{"endpointId": f"vpce-{zone}", "subnetId": f"firewall-{zone}"}],
                    }
                    for zone in "abc"
                ]
            }
        ],
    },
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": lambda asked: {
        "arn": asked.arn("network-firewall", f"firewall-policy/{asked.named}")
    },
    "aws:networkfirewall/ruleGroup:RuleGroup": lambda asked: {
        "arn": asked.arn("network-firewall", f"stateful-rulegroup/{asked.named}")
    },
    "aws:wafv2/webAcl:WebAcl": lambda asked: {"arn": asked.arn("wafv2", f"regional/webacl/{asked.named}/0-1")},
    "aws:msk/cluster:Cluster": lambda asked: {
        "arn": asked.arn("kafka", f"cluster/{asked.inputs['clusterName']}/0-1"),
        "bootstrapBrokers": "brokers:9092",
        "bootstrapBrokersSaslIam": "brokers:9098",
    },
    "aws:msk/configuration:Configuration": lambda asked: {
        "arn": asked.arn("kafka", f"configuration/{asked.named}/0-1"),
        "latestRevision": 1,
    },
    "aws:kms/key:Key": _key,
    "aws:kms/replicaKey:ReplicaKey": _key,
    "aws:sqs/queue:Queue": _queue,
    "aws:lambda/function:Function": lambda asked: {
        "arn": asked.arn("lambda", f"function:{asked.named}"),
        "version": "1",
    },
    "aws:lambda/alias:Alias": _alias,
    "aws:cloudwatch/logGroup:LogGroup": lambda asked: {"arn": asked.arn("logs", f"log-group:{asked.named}")},
    "aws:apigateway/restApi:RestApi": lambda asked: {"executionArn": asked.arn("execute-api", "api")},
    "aws:apigateway/stage:Stage": lambda asked: {
        "invokeUrl": f"https://api.execute-api.{asked.region}.amazonaws.com/{asked.inputs['stageName']}"
    },
    "aws:apigateway/domainName:DomainName": lambda asked: {
        "regionalDomainName": f"{asked.name}.execute-api.{asked.region}.amazonaws.com"
    },
    "aws:acm/certificate:Certificate": lambda asked: {
        "arn": asked.arn("acm", f"certificate/{asked.name}"),
        "domainValidationOptions": [
            {
                "domainName": asked.inputs["domainName"],
                "resourceRecordName": f"_proof.{asked.inputs['domainName']}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_value.acm-validations.aws.",
            }
        ],
    },
    "aws:route53/zone:Zone": lambda asked: {
        "arn": f"arn:aws:route53:::hostedzone/zone-{asked.named}",
        "zoneId": f"zone-{asked.named}",
        "nameServers": ["ns-1.example", "ns-2.example"],
    },
    "aws:route53/record:Record": lambda asked: {"fqdn": asked.named},
    "aws:cognito/resourceServer:ResourceServer": lambda asked: {
        "scopeIdentifiers": [f"{asked.inputs['identifier']}/{each['scopeName']}" for each in asked.inputs["scopes"]]
    },
    "aws:acmpca/certificateAuthority:CertificateAuthority": lambda asked: {
        "arn": asked.arn("acm-pca", f"certificate-authority/{asked.name}"),
        "certificateSigningRequest": "a request",
    },
    "aws:acmpca/certificate:Certificate": lambda asked: {
        "arn": asked.arn("acm-pca", f"certificate-authority/{asked.name}/certificate/1"),
        "certificate": "a certificate",
    },
    "aws:appconfig/configurationProfile:ConfigurationProfile": lambda _: {"configurationProfileId": "profile"},
    "aws:appconfig/environment:Environment": lambda _: {"environmentId": "environment"},
    "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": lambda _: {"versionNumber": 1},
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": lambda asked: {
        "globalReplicationGroupId": f"abcde-{asked.inputs['globalReplicationGroupIdSuffix']}"
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda asked: {
        "primaryEndpointAddress": f"master.{asked.name}.cache.amazonaws.com",
        "readerEndpointAddress": f"replica.{asked.name}.cache.amazonaws.com",
    },
    "aws:kinesis/stream:Stream": lambda asked: {"arn": asked.arn("kinesis", f"stream/{asked.named}")},
    "aws:sagemaker/endpoint:Endpoint": lambda asked: {"arn": asked.arn("sagemaker", f"endpoint/{asked.named}")},
    "aws:sfn/stateMachine:StateMachine": lambda asked: {"arn": asked.arn("states", f"stateMachine:{asked.named}")},
    "aws:sesv2/emailIdentity:EmailIdentity": lambda asked: {
        "arn": asked.arn("ses", f"identity/{asked.inputs['emailIdentity']}"),
        "dkimSigningAttributes": {"tokens": ["token-0", "token-1", "token-2"]},
    },
    "aws:s3/vectorsIndex:VectorsIndex": lambda asked: {
        "indexArn": asked.arn("s3vectors", f"bucket/{asked.inputs['vectorBucketName']}/index/documents")
    },
    "aws:bedrock/guardrail:Guardrail": lambda asked: {
        "guardrailArn": asked.arn("bedrock", f"guardrail/{asked.name}"),
        "guardrailId": asked.name,
    },
    "aws:bedrock/guardrailVersion:GuardrailVersion": lambda _: {"version": "1"},
    "aws:cloudwatch/dashboard:Dashboard": lambda asked: {
        "dashboardArn": f"arn:aws:cloudwatch::{asked.account_id}:dashboard/{asked.inputs['dashboardName']}"
    },
    "aws:cloudwatch/eventBus:EventBus": lambda asked: {"arn": asked.arn("events", f"event-bus/{asked.named}")},
    "aws:mq/configuration:Configuration": lambda _: {"latestRevision": 1},
    "aws:cloudfront/distribution:Distribution": lambda asked: {
        "arn": f"arn:aws:cloudfront::{asked.account_id}:distribution/{asked.name}",
        "domainName": f"{asked.name}.cloudfront.net",
    },
    "aws:cognito/userPoolClient:UserPoolClient": lambda asked: {"clientSecret": f"secret-of-{asked.name}"},
}


def outputs_of(kind: str, name: str, inputs: dict[str, Any], region: str, account_id: str) -> dict[str, Any]:
    """The outputs of a resource beyond its inputs."""
    asked = _Asked(name, inputs.get("name", name), inputs, region, account_id)
    known = _OUTPUTS.get(kind)
    service = kind.partition("/")[0].removeprefix("aws:")
    return {"arn": asked.arn(service, asked.named)} if known is None else known(asked)
