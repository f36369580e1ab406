"""Realisers: one per Pulumi resource type that the embedded cloud makes real. What is not here is modelled."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from simulations.cloud.realisers import (
    acm,
    apigateway,
    apigateway_domain,
    apigateway_stage,
    cloudwatch,
    cognito,
    dsql,
    dynamodb,
    dynamodb_policy,
    iam,
    kms,
    lambda_function,
    lambda_invocation,
    msk,
    route53,
    s3,
    s3_settings,
    scheduler,
    secretsmanager,
    sns,
    sqs,
)
from simulations.cloud.realisers.apart import apart
from simulations.cloud.realisers.modelled_data import DATA_REASONS
from simulations.cloud.realisers.modelled_hubs import HUB_REASONS
from simulations.cloud.realisers.modelled_integration import INTEGRATION_REASONS
from simulations.cloud.realisers.modelled_monitoring import MONITORING_REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Realiser

REALISERS: Mapping[str, Realiser] = MappingProxyType(
    {
        "aws:acm/certificate:Certificate": acm.Certificate(),
        "aws:acm/certificateValidation:CertificateValidation": acm.CertificateValidation(),
        "aws:apigateway/account:Account": apigateway.Account(),
        "aws:apigateway/basePathMapping:BasePathMapping": apigateway_domain.BasePathMapping(),
        "aws:apigateway/deployment:Deployment": apigateway_stage.Deployment(),
        "aws:apigateway/domainName:DomainName": apigateway_domain.DomainName(),
        "aws:apigateway/methodSettings:MethodSettings": apigateway_stage.MethodSettings(),
        "aws:apigateway/restApi:RestApi": apigateway.RestApi(),
        "aws:apigateway/restApiPolicy:RestApiPolicy": apigateway.RestApiPolicy(),
        "aws:apigateway/stage:Stage": apigateway_stage.Stage(),
        "aws:cloudwatch/logGroup:LogGroup": cloudwatch.LogGroup(),
        "aws:cloudwatch/logMetricFilter:LogMetricFilter": cloudwatch.LogMetricFilter(),
        "aws:cloudwatch/metricAlarm:MetricAlarm": cloudwatch.MetricAlarm(),
        "aws:cognito/resourceServer:ResourceServer": cognito.ResourceServer(),
        "aws:cognito/userPool:UserPool": cognito.UserPool(),
        "aws:cognito/userPoolClient:UserPoolClient": cognito.UserPoolClient(),
        "aws:cognito/userPoolDomain:UserPoolDomain": cognito.UserPoolDomain(),
        "aws:dsql/cluster:Cluster": dsql.Cluster(),
        "aws:dsql/clusterPeering:ClusterPeering": dsql.ClusterPeering(),
        "aws:dynamodb/resourcePolicy:ResourcePolicy": dynamodb_policy.ResourcePolicy(),
        "aws:dynamodb/table:Table": dynamodb.Table(),
        "aws:dynamodb/tableReplica:TableReplica": dynamodb.TableReplica(),
        "aws:iam/policy:Policy": iam.Policy(),
        "aws:iam/role:Role": iam.Role(),
        "aws:iam/rolePolicy:RolePolicy": iam.RolePolicy(),
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.RolePolicyAttachment(),
        "aws:kms/alias:Alias": kms.Alias(),
        "aws:kms/key:Key": kms.Key(),
        "aws:kms/replicaKey:ReplicaKey": kms.ReplicaKey(),
        "aws:lambda/alias:Alias": lambda_invocation.Alias(),
        "aws:lambda/eventSourceMapping:EventSourceMapping": lambda_invocation.EventSourceMapping(),
        "aws:lambda/function:Function": lambda_function.Function(),
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": lambda_invocation.FunctionEventInvokeConfig(),
        "aws:lambda/layerVersion:LayerVersion": lambda_function.LayerVersion(),
        "aws:lambda/permission:Permission": lambda_invocation.Permission(),
        "aws:msk/cluster:Cluster": msk.Cluster(),
        "aws:msk/configuration:Configuration": msk.Configuration(),
        "aws:msk/topic:Topic": msk.Topic(),
        "aws:route53/healthCheck:HealthCheck": route53.HealthCheck(),
        "aws:route53/record:Record": route53.Record(),
        "aws:route53/zone:Zone": route53.Zone(),
        "aws:s3/bucket:Bucket": s3.Bucket(),
        s3_settings.LIFECYCLE.type: s3_settings.LIFECYCLE,
        s3_settings.OBJECT_LOCK.type: s3_settings.OBJECT_LOCK,
        s3_settings.OWNERSHIP.type: s3_settings.OWNERSHIP,
        s3_settings.POLICY.type: s3_settings.POLICY,
        s3_settings.PUBLIC_ACCESS.type: s3_settings.PUBLIC_ACCESS,
        s3_settings.REPLICATION.type: s3_settings.REPLICATION,
        s3_settings.ENCRYPTION.type: s3_settings.ENCRYPTION,
        s3_settings.VERSIONING.type: s3_settings.VERSIONING,
        "aws:scheduler/schedule:Schedule": scheduler.Schedule(),
        "aws:secretsmanager/secret:Secret": secretsmanager.Secret(),
        "aws:secretsmanager/secretVersion:SecretVersion": secretsmanager.SecretVersion(),
        "aws:sns/topic:Topic": sns.Topic(),
        "aws:sns/topicPolicy:TopicPolicy": sns.TopicPolicy(),
        "aws:sns/topicSubscription:TopicSubscription": sns.TopicSubscription(),
        "aws:sqs/queue:Queue": sqs.Queue(),
        sqs.QUEUE_POLICY.type: sqs.QUEUE_POLICY,
        sqs.REDRIVE_ALLOW_POLICY.type: sqs.REDRIVE_ALLOW_POLICY,
        sqs.REDRIVE_POLICY.type: sqs.REDRIVE_POLICY,
    }
)

_NO_PEOPLE = "nobody signs in here: roles are taken on by tests, and IAM decides on them as it would on a person"
_NO_TRAIL = "no emulator tells EventBridge of calls: tests put into the queue of changes what CloudTrail would tell"
_NO_NETWORK = "everything is on loopback: no packet would pass it"
_NO_FIREWALL = "MiniStack stores web ACLs, without body limits, data protection and logs, and asks none about a request"
MODELLED_ON_PURPOSE: Mapping[str, str] = MappingProxyType(
    {
        "aws:arcregionswitch/plan:Plan": "no emulator has ARC: its health checks are states that the embedded cloud's "
        "DNS holds",
        "aws:cloudtrail/trail:Trail": _NO_TRAIL,
        "aws:cloudwatch/eventRule:EventRule": _NO_TRAIL,
        "aws:cloudwatch/eventTarget:EventTarget": _NO_TRAIL,
        "aws:cognito/identityPool:IdentityPool": _NO_PEOPLE,
        "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": _NO_PEOPLE,
        "aws:cognito/userGroup:UserGroup": _NO_PEOPLE,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _NO_NETWORK,
        "aws:ec2/routeTable:RouteTable": _NO_NETWORK,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": _NO_NETWORK,
        "aws:ec2/securityGroup:SecurityGroup": _NO_NETWORK,
        "aws:ec2/subnet:Subnet": _NO_NETWORK,
        "aws:ec2/vpc:Vpc": _NO_NETWORK,
        "aws:ec2/vpcEndpoint:VpcEndpoint": _NO_NETWORK,
        "aws:ec2/customerGateway:CustomerGateway": _NO_NETWORK,
        "aws:ec2/eip:Eip": _NO_NETWORK,
        "aws:ec2/flowLog:FlowLog": _NO_NETWORK,
        "aws:ec2/internetGateway:InternetGateway": _NO_NETWORK,
        "aws:ec2/natGateway:NatGateway": _NO_NETWORK,
        "aws:ec2/route:Route": _NO_NETWORK,
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": _NO_NETWORK,
        "aws:ec2/vpnConnection:VpnConnection": _NO_NETWORK,
        "aws:ec2/vpnGateway:VpnGateway": _NO_NETWORK,
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": _NO_NETWORK,
        "aws:networkfirewall/firewall:Firewall": _NO_NETWORK,
        "aws:networkfirewall/firewallPolicy:FirewallPolicy": _NO_NETWORK,
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": _NO_NETWORK,
        "aws:networkfirewall/ruleGroup:RuleGroup": _NO_NETWORK,
        "aws:route53/resolverEndpoint:ResolverEndpoint": _NO_NETWORK,
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": _NO_NETWORK,
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": _NO_NETWORK,
        "aws:route53/resolverRule:ResolverRule": _NO_NETWORK,
        "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": _NO_NETWORK,
        "aws:shield/protection:Protection": "no emulator has Shield: nothing here is flooded",
        "aws:ssm/document:Document": "MiniStack keeps documents and runs no automation",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _NO_NETWORK,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _NO_NETWORK,
        "aws:wafv2/webAcl:WebAcl": _NO_FIREWALL,
        "aws:wafv2/webAclAssociation:WebAclAssociation": _NO_FIREWALL,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _NO_FIREWALL,
        **apart(HUB_REASONS, DATA_REASONS, MONITORING_REASONS, INTEGRATION_REASONS),
    }
)
"""Types of the program that are modelled even in the embedded cloud, each with the reason."""
