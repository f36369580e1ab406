"""Zones, records, health checks, certificates, domains: there as they are asked for, and changed and gone likewise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
ZONE, RECORD = "aws:route53/zone:Zone", "aws:route53/record:Record"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
CERTIFICATE, ISSUED = "aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"
DOMAIN_NAME, MAPPING = "aws:apigateway/domainName:DomainName", "aws:apigateway/basePathMapping:BasePathMapping"


def shared(zone_id: str, name: str, **changes: JsonValue) -> dict[str, JsonValue]:
    return {
        "zoneId": zone_id,
        "name": name,
        "type": "CNAME",
        "ttl": 30.0,
        "records": ["one.example"],
        "setIdentifier": "eu-west-1",
        "healthCheckId": "a-check",
        "latencyRoutingPolicies": [{"region": "eu-west-1"}],
        **changes,
    }


def records(home: Cloud, zone_id: str) -> list[dict[str, JsonValue]]:
    found = home.call("route53", "list_resource_record_sets", HostedZoneId=zone_id)["ResourceRecordSets"]
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, dict) and each["Type"] == "CNAME"]


def test_zone_has_name_servers_and_is_adopted_when_it_is_created_twice(
    home: Cloud, create: Create, unique: str
) -> None:
    inputs: dict[str, JsonValue] = {"name": f"{unique}.example", "comment": "names"}
    made = create(ZONE, inputs)
    assert made.outputs["arn"] == f"arn:aws:route53:::hostedzone/{made.id}"
    assert made.outputs["zoneId"] == made.id
    assert made.outputs["nameServers"]
    assert REALISERS[ZONE].create(home, inputs).id == made.id
    REALISERS[ZONE].update(home, made.id, inputs, inputs | {"comment": "other names"}, made.outputs)
    zone = home.call("route53", "get_hosted_zone", Id=made.id)["HostedZone"]
    assert isinstance(zone, dict)
    assert zone["Config"] == {"Comment": "other names", "PrivateZone": False}


def test_record_is_as_asked_for_when_it_is_put_changed_and_deleted(home: Cloud, create: Create, unique: str) -> None:
    zone_id = create(ZONE, {"name": f"{unique}.example"}).id
    name = f"api.{unique}.example"
    inputs = shared(zone_id, name)
    made = REALISERS[RECORD].create(home, inputs)
    assert (made.id, made.outputs["fqdn"]) == (f"{zone_id}_{name}_CNAME_eu-west-1", name)
    changed = REALISERS[RECORD].update(home, made.id, inputs, shared(zone_id, name, ttl=5.0), made.outputs)
    assert records(home, zone_id) == [
        {
            "Name": f"{name}.",
            "Type": "CNAME",
            "TTL": 5,
            "ResourceRecords": [{"Value": "one.example"}],
            "SetIdentifier": "eu-west-1",
            "HealthCheckId": "a-check",
            "Region": "eu-west-1",
        }
    ]
    for _ in range(2):
        REALISERS[RECORD].delete(home, changed.id, changed.outputs)
    assert records(home, zone_id) == []


def test_failover_record_says_its_standing_when_it_is_put(home: Cloud, create: Create, unique: str) -> None:
    zone_id = create(ZONE, {"name": f"{unique}.example"}).id
    policy: list[JsonValue] = [{"type": "SECONDARY"}]
    create(RECORD, shared(zone_id, f"{unique}.example", latencyRoutingPolicies=[], failoverRoutingPolicies=policy))
    [record] = records(home, zone_id)
    assert record["Failover"] == "SECONDARY"
    assert "Region" not in record


def test_health_check_is_as_asked_for_when_it_is_made_changed_and_deleted(home: Cloud) -> None:
    inputs: dict[str, JsonValue] = {
        "type": "HTTPS", "fqdn": "api.example", "port": 443.0, "resourcePath": "/health", "enableSni": True,
        "requestInterval": 10.0, "failureThreshold": 3.0,
    }  # fmt: skip
    made = REALISERS[HEALTH_CHECK].create(home, inputs)
    REALISERS[HEALTH_CHECK].update(home, made.id, inputs, inputs | {"failureThreshold": 2.0}, made.outputs)
    found = home.call("route53", "get_health_check", HealthCheckId=made.id)["HealthCheck"]
    assert isinstance(found, dict)
    config = found["HealthCheckConfig"]
    assert isinstance(config, dict)
    assert (config["FullyQualifiedDomainName"], config["ResourcePath"]) == ("api.example", "/health")
    assert (config["RequestInterval"], config["FailureThreshold"]) == (10, 2)
    for _ in range(2):
        REALISERS[HEALTH_CHECK].delete(home, made.id, made.outputs)
    with pytest.raises(ClientError, match="NoSuchHealthCheck"):
        home.call("route53", "get_health_check", HealthCheckId=made.id)


def test_calculated_health_check_has_its_children_when_it_is_made(home: Cloud, create: Create) -> None:
    children: list[JsonValue] = ["one", "two"]
    made = create(HEALTH_CHECK, {"type": "CALCULATED", "childHealthchecks": children, "childHealthThreshold": 2.0})
    found = home.call("route53", "get_health_check", HealthCheckId=made.id)["HealthCheck"]
    assert isinstance(found, dict)
    config = found["HealthCheckConfig"]
    assert isinstance(config, dict)
    assert (config["ChildHealthChecks"], config["HealthThreshold"]) == (children, 2)


def test_certificate_tells_its_proof_and_is_issued_when_it_is_asked_for(create: Create, unique: str) -> None:
    names: list[JsonValue] = [f"*.{unique}.example"]
    made = create(
        CERTIFICATE,
        {"domainName": f"{unique}.example", "subjectAlternativeNames": names, "validationMethod": "DNS"},
    )
    options = made.outputs["domainValidationOptions"]
    assert isinstance(options, list)
    proofs = [option["resourceRecordName"] for option in options if isinstance(option, dict)]
    # A name and the wildcard below it are proved by the same record.
    assert len(proofs) == 2
    assert len(set(proofs)) == 1
    assert create(ISSUED, {"certificateArn": made.id}).id == made.id


def test_domain_is_in_each_region_and_keeps_what_is_mapped_when_it_changes(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    inputs: dict[str, JsonValue] = {
        "domainName": f"{unique}.example",
        "regionalCertificateArn": "arn:aws:acm:eu-west-1:000000000000:certificate/one",
        "endpointConfiguration": {"types": "REGIONAL"},
        "securityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        "endpointAccessMode": "STRICT",
    }
    made = create(DOMAIN_NAME, inputs)
    there = create(DOMAIN_NAME, inputs, away)
    assert made.outputs["regionalDomainName"] != there.outputs["regionalDomainName"]
    mapping = create(MAPPING, {"domainName": made.id, "restApi": "abc", "stageName": "v1"})
    assert mapping.id == f"{made.id}/"
    other = inputs | {"regionalCertificateArn": "arn:aws:acm:eu-west-1:000000000000:certificate/two"}
    REALISERS[DOMAIN_NAME].update(home, made.id, inputs, other, made.outputs)
    domain = home.call("apigateway", "get_domain_name", domainName=made.id)
    assert domain["regionalCertificateArn"] == other["regionalCertificateArn"]
    mapped = home.call("apigateway", "get_base_path_mappings", domainName=made.id)["items"]
    assert mapped == [{"basePath": "(none)", "restApiId": "abc", "stage": "v1"}]
    for realised, type_token in ((mapping, MAPPING), (made, DOMAIN_NAME)):
        REALISERS[type_token].delete(home, realised.id, realised.outputs)
    with pytest.raises(ClientError, match="NotFound"):
        home.call("apigateway", "get_domain_name", domainName=made.id)
