"""The ids and ARNs of what the hubs around the message path are made of, and why they are modelled.

Forms as in `modelled_types`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.modelled_forms import (
    EC2_DIGITS,
    ID_DIGITS,
    by_arn,
    identities,
    joined,
    named,
    numbered,
    of_account,
    reasons,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_forms import Making
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


def _authority(subject: Subject) -> Identity:
    made = subject.arn("acm-pca", f"certificate-authority/{subject.uuid()}")
    return made, {"arn": made, "certificateSigningRequest": "modelled: no request"}


def _issued(subject: Subject) -> Identity:
    made = f"{subject.text('certificateAuthorityArn')}/certificate/{subject.hexadecimal(ID_DIGITS)}"
    return made, {"arn": made, "certificate": "modelled: no certificate", "certificateChain": ""}


def _table(subject: Subject) -> Identity:
    database, name = subject.text("databaseName"), subject.physical()
    own: dict[str, JsonValue] = {"name": name, "arn": subject.arn("glue", f"table/{database}/{name}")}
    return f"{subject.account_id}:{database}:{name}", own


def _database(subject: Subject) -> Identity:
    name = subject.physical()
    return f"{subject.account_id}:{name}", {"name": name, "arn": subject.arn("glue", f"database/{name}")}


def _collection(subject: Subject) -> Identity:
    made = subject.letters(20)
    host = f"{made}.{subject.region}.aoss.amazonaws.com"
    own: dict[str, JsonValue] = {
        "arn": subject.arn("aoss", f"collection/{made}"),
        "collectionEndpoint": f"https://{host}",
    }
    return made, own


def _instance_profile(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn("iam", f"instance-profile/{name}", regional=False)}


def _part_of_application(output: str) -> Making:
    def identity(subject: Subject) -> Identity:
        made, application = subject.letters(7), subject.text("applicationId")
        own: dict[str, JsonValue] = {
            output: made,
            "arn": subject.arn("appconfig", f"application/{application}/{output.removesuffix('Id').lower()}/{made}"),
        }
        return f"{made}:{application}", own

    return identity


def _version(subject: Subject) -> Identity:
    return f"{subject.text('applicationId')}/{subject.text('configurationProfileId')}/1", {"versionNumber": 1}


def _application(subject: Subject) -> Identity:
    made = subject.letters(7)
    return made, {"arn": subject.arn("appconfig", f"application/{made}")}


_NO_WATCH = "nothing on this machine is watched by AWS: what such a service would find is nobody's to say"
_NO_ANALYSIS = "the data is put there by jobs that do not exist yet, so that there is nothing to ask"
_NO_INSTANCES = "no instance runs here, and who would have a session on it has one on this machine"
_NO_RECORDER = "no emulator records configurations; `twinrail plan` shows them, and tests hold them"
_NO_BACKUP = "no emulator has AWS Backup: what is here is thrown away with `twinrail down`"
_NO_APPCONFIG = "MiniStack keeps configurations and rolls none out, and no function reads one yet"
_NO_DELIVERY = "this machine deploys by `twinrail up`; `make check test` is what the pipeline's check runs"
_NO_ORGANIZATION = "there is no organization here"

_BY_REASON: Mapping[str, Mapping[str, Making]] = {
    _NO_WATCH: {
        "aws:acmpca/certificate:Certificate": _issued,
        "aws:acmpca/certificateAuthority:CertificateAuthority": _authority,
        "aws:acmpca/certificateAuthorityCertificate:CertificateAuthorityCertificate": joined(
            "", "certificateAuthorityArn"
        ),
        "aws:detective/graph:Graph": by_arn("detective", "graph:", "graphArn"),
        "aws:guardduty/detector:Detector": numbered("guardduty", "detector/"),
        "aws:guardduty/detectorFeature:DetectorFeature": joined("/", "detectorId", "name"),
        "aws:inspector2/enabler:Enabler": of_account("inspector2", "enabler"),
        "aws:macie2/account:Account": of_account("macie2", "account"),
        "aws:macie2/classificationJob:ClassificationJob": numbered("macie2", "classification-job/", "jobId"),
        "aws:paymentcryptography/key:Key": by_arn("payment-cryptography", "key/"),
        "aws:paymentcryptography/keyAlias:KeyAlias": joined("", "aliasName"),
        "aws:securityhub/account:Account": of_account("securityhub", "hub/default"),
        "aws:securityhub/standardsSubscription:StandardsSubscription": by_arn("securityhub", "subscription/"),
    },
    _NO_ANALYSIS: {
        "aws:athena/workgroup:Workgroup": named("athena", "workgroup/"),
        "aws:dataexchange/dataSet:DataSet": numbered("dataexchange", "data-sets/"),
        "aws:dataexchange/revision:Revision": numbered("dataexchange", "revisions/", "revisionId"),
        "aws:emrserverless/application:Application": numbered("emr-serverless", "/applications/", digits=16),
        "aws:glue/catalogDatabase:CatalogDatabase": _database,
        "aws:glue/catalogTable:CatalogTable": _table,
        "aws:glue/crawler:Crawler": named("glue", "crawler/"),
        "aws:glue/securityConfiguration:SecurityConfiguration": named("glue", "security-configuration/"),
        "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy": named("aoss", "access-policy/"),
        "aws:opensearch/serverlessCollection:ServerlessCollection": _collection,
        "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy": named("aoss", "security-policy/"),
        "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": numbered(
            "aoss", "vpcendpoint/", digits=EC2_DIGITS, prefix="vpce-"
        ),
        "aws:quicksight/accountSubscription:AccountSubscription": of_account("quicksight", "account"),
        "aws:quicksight/dataSource:DataSource": named("quicksight", "datasource/", "dataSourceId"),
        "aws:redshiftserverless/namespace:Namespace": named("redshift-serverless", "namespace/", "namespaceName"),
        "aws:redshiftserverless/workgroup:Workgroup": named("redshift-serverless", "workgroup/", "workgroupName"),
    },
    _NO_INSTANCES: {
        "aws:autoscaling/group:Group": named("autoscaling", "autoScalingGroup:1:autoScalingGroupName/"),
        "aws:ec2/launchTemplate:LaunchTemplate": numbered("ec2", "launch-template/", digits=EC2_DIGITS, prefix="lt-"),
        "aws:iam/instanceProfile:InstanceProfile": _instance_profile,
        "aws:ssm/association:Association": numbered("ssm", "association/", "associationId"),
        "aws:ssm/maintenanceWindow:MaintenanceWindow": numbered(
            "ssm", "maintenancewindow/", digits=EC2_DIGITS, prefix="mw-"
        ),
        "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": numbered("ssm", "windowtarget/"),
        "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": numbered("ssm", "windowtask/", "windowTaskId"),
        "aws:ssm/patchBaseline:PatchBaseline": numbered("ssm", "patchbaseline/", digits=EC2_DIGITS, prefix="pb-"),
        "aws:ssm/patchGroup:PatchGroup": joined(",", "patchGroup", "baselineId"),
    },
    _NO_RECORDER: {
        "aws:cfg/conformancePack:ConformancePack": named("config", "conformance-pack/"),
        "aws:cfg/deliveryChannel:DeliveryChannel": named("config", "delivery-channel/"),
        "aws:cfg/recorder:Recorder": named("config", "configuration-recorder/"),
        "aws:cfg/recorderStatus:RecorderStatus": joined("", "name"),
    },
    _NO_BACKUP: {
        "aws:backup/plan:Plan": numbered("backup", "backup-plan:"),
        "aws:backup/selection:Selection": numbered("backup", "backup-selection:"),
        "aws:backup/vault:Vault": named("backup", "backup-vault:"),
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration": joined("", "backupVaultName"),
    },
    _NO_APPCONFIG: {
        "aws:appconfig/application:Application": _application,
        "aws:appconfig/configurationProfile:ConfigurationProfile": _part_of_application("configurationProfileId"),
        "aws:appconfig/deployment:Deployment": joined("/", "applicationId", "environmentId", "configurationVersion"),
        "aws:appconfig/deploymentStrategy:DeploymentStrategy": numbered("appconfig", "deploymentstrategy/", digits=7),
        "aws:appconfig/environment:Environment": _part_of_application("environmentId"),
        "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": _version,
    },
    _NO_DELIVERY: {
        "aws:codebuild/project:Project": named("codebuild", "project/"),
        "aws:codepipeline/pipeline:Pipeline": named("codepipeline", ""),
    },
    _NO_ORGANIZATION: {
        "aws:controltower/controlTowerControl:ControlTowerControl": joined(
            ",", "targetIdentifier", "controlIdentifier"
        ),
    },
}

HUB_IDENTITIES = identities(_BY_REASON)
HUB_REASONS = reasons(_BY_REASON)
"""Why each is modelled in the embedded cloud."""
