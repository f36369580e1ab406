"""Names, records and health checks: each Region owns its own, and knows nothing of the other's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from stacks.settings import ENVIRONMENTS, load_settings
from tests.component.policies import allowed
from tests.component.recording import REGIONS, record_stack, stack_configuration

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ACCOUNT = "000000000000"
DOMAIN = "dev.twinrail.example"
SHARED, SINGLE = f"api.{DOMAIN}", f"single.api.{DOMAIN}"
RECORD, HEALTH_CHECK = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck"
DOMAIN_NAME, MAPPING = "aws:apigateway/domainName:DomainName", "aws:apigateway/basePathMapping:BasePathMapping"
CERTIFICATE, ISSUED = "aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"
PLAN = "aws:arcregionswitch/plan:Plan"


def of_participants(stack: RecordedStack, kind: str) -> dict[str, Recorded]:
    """What is not of third parties, whose name is in test_integration_hub.py."""
    return {
        name: each
        for name, each in stack.of(kind).items()
        if name not in {"third-parties", "developers", "developers-proof"}
    }


def test_one_record_proves_the_names_of_both_certificates_when_they_are_asked_for(
    dev: dict[str, RecordedStack],
) -> None:
    foundation = dev["dev-foundation"]
    certificates = of_participants(foundation, CERTIFICATE)
    assert {each.region for each in certificates.values()} == set(REGIONS)
    for each in certificates.values():
        assert each.inputs["domainName"] == SHARED
        assert each.inputs["subjectAlternativeNames"] == [f"*.{SHARED}"]
        assert each.inputs["validationMethod"] == "DNS"
    [proof] = of_participants(foundation, RECORD).values()
    assert (proof.inputs["name"], proof.inputs["type"]) == (f"_proof.{SHARED}.", "CNAME")
    assert proof.inputs["zoneId"] == foundation.exports["api_zone_id"]
    for each in of_participants(foundation, ISSUED).values():
        assert each.inputs["certificateArn"] == certificates[each.name].outputs["arn"]
        assert each.inputs["validationRecordFqdns"] == [proof.outputs["fqdn"]]


def test_zone_is_kept_when_it_is_production(prod: dict[str, RecordedStack], dev: dict[str, RecordedStack]) -> None:
    [kept] = prod["prod-foundation"].of("aws:route53/zone:Zone").values()
    [free] = dev["dev-foundation"].of("aws:route53/zone:Zone").values()
    assert (kept.inputs["name"], kept.protect, kept.inputs["forceDestroy"]) == ("hub.twinrail.example", True, False)
    assert (free.inputs["name"], free.protect, free.inputs["forceDestroy"]) == (DOMAIN, False, True)
    assert dev["dev-foundation"].exports["api_name_servers"] == ["ns-1.example", "ns-2.example"]


@pytest.mark.parametrize("region", REGIONS)
def test_api_answers_to_its_names_over_strict_tls_when_it_is_deployed(
    dev: dict[str, RecordedStack], region: str
) -> None:
    stack = dev[f"dev-{region}"]
    domains = of_participants(stack, DOMAIN_NAME)
    names = {"shared": SHARED, "single": SINGLE, "own": f"{region}.{SHARED}"}
    assert {name: each.inputs["domainName"] for name, each in domains.items()} == names
    assert stack.exports["api_names"] == names
    for each in domains.values():
        assert each.inputs["regionalCertificateArn"] == dev["dev-foundation"].exports["api_certificate_arns"][region]
        assert each.inputs["endpointConfiguration"] == {"types": "REGIONAL"}
        assert each.inputs["securityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
        assert each.inputs["endpointAccessMode"] == "STRICT"
    mapped = {each.inputs["domainName"]: each.inputs for each in of_participants(stack, MAPPING).values()}
    assert set(mapped) == set(names.values())
    for mapping in mapped.values():
        assert (mapping["restApi"], mapping["stageName"], mapping.get("basePath")) == ("messages-id", "v1", None)


@pytest.mark.parametrize("region", REGIONS)
def test_region_is_asked_for_its_own_health_when_route_53_checks_it(dev: dict[str, RecordedStack], region: str) -> None:
    stack = dev[f"dev-{region}"]
    endpoint = stack.one(HEALTH_CHECK, "api-records-endpoint").inputs
    assert endpoint == {
        "type": "HTTPS",
        "fqdn": f"{region}.{SHARED}",
        "port": 443,
        "resourcePath": "/health",
        "enableSni": True,
        "requestInterval": 10,
        "failureThreshold": 3,
    }
    assert stack.one(HEALTH_CHECK, "api-records").inputs == {
        "type": "CALCULATED",
        "childHealthchecks": ["api-records-endpoint-id", f"switch-{region}"],
        "childHealthThreshold": 2,
    }


@pytest.mark.parametrize(("region", "standing"), [("eu-west-1", "PRIMARY"), ("eu-west-2", "SECONDARY")])
def test_region_answers_for_its_share_of_the_names_when_it_is_well(
    dev: dict[str, RecordedStack], region: str, standing: str
) -> None:
    stack = dev[f"dev-{region}"]
    # Those of the mail about alarms are held by the monitoring hub's tests.
    records = {
        name: each.inputs for name, each in of_participants(stack, RECORD).items() if not name.startswith("alert-mail-")
    }
    assert {name: each["name"] for name, each in records.items()} == {
        "own": f"{region}.{SHARED}",
        "shared": SHARED,
        "single": SINGLE,
    }
    for name, each in records.items():
        assert (each["type"], each["ttl"]) == ("CNAME", 30)
        assert each["zoneId"] == dev["dev-foundation"].exports["api_zone_id"]
        assert each["records"] == [stack.one(DOMAIN_NAME, name).outputs["regionalDomainName"]]
    # A health check must find the Region's own name whatever its state is.
    assert not {"setIdentifier", "healthCheckId"} & records["own"].keys()
    shared, single = records["shared"], records["single"]
    assert shared["latencyRoutingPolicies"] == [{"region": region}]
    assert single["failoverRoutingPolicies"] == [{"type": standing}]
    for each in (shared, single):
        assert (each["setIdentifier"], each["healthCheckId"]) == (region, "api-records-id")


def test_either_region_is_taken_out_and_put_back_by_hand_when_the_plan_is_carried_out(
    dev: dict[str, RecordedStack],
) -> None:
    foundation = dev["dev-foundation"]
    plan = foundation.one(PLAN, "region-switch").inputs
    assert (plan["name"], plan["recoveryApproach"]) == ("twinrail-dev-region-switch", "activeActive")
    assert plan["regions"] == list(REGIONS)
    assert {(each["workflowTargetAction"], each["workflowTargetRegion"]) for each in plan["workflows"]} == {
        (action, region) for action in ("activate", "deactivate") for region in REGIONS
    }
    for workflow in plan["workflows"]:
        [step] = workflow["steps"]
        [configured] = step["route53HealthCheckConfigs"]
        assert step["executionBlockType"] == "Route53HealthCheck"
        assert (configured["hostedZoneId"], configured["recordName"]) == (foundation.exports["api_zone_id"], SHARED)
        assert configured["recordSets"] == [{"recordSetIdentifier": each, "region": each} for each in REGIONS]
    # Nothing but a person starts it.
    assert not {"triggers", "associatedAlarms"} & plan.keys()
    assert foundation.exports["region_switch_check_ids"] == {each: f"switch-{each}" for each in REGIONS}


def test_plan_may_find_records_and_no_more_when_it_runs(dev: dict[str, RecordedStack]) -> None:
    foundation = dev["dev-foundation"]
    policy = foundation.one("aws:iam/rolePolicy:RolePolicy", "region-switch")
    zone_arn = f"arn:aws:route53:::hostedzone/{foundation.exports['api_zone_id']}"
    assert allowed(policy) == {"route53:ListResourceRecordSets": {zone_arn}}
    assert any(each.endswith(policy.urn) for each in foundation.one(PLAN, "region-switch").dependencies)


def test_records_follow_the_regions_health_alone_when_there_is_no_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text(encoding="utf-8"))
    content["dns"]["region_switch"] = False
    (tmp_path / "dev.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(load_settings, "__defaults__", (tmp_path,))
    foundation = record_stack("dev-foundation", ACCOUNT, stack_configuration("dev-foundation"), {})
    assert not foundation.of(PLAN)
    exported = {"organization/twinrail/dev-foundation": foundation.exports}
    region = record_stack("dev-eu-west-1", ACCOUNT, stack_configuration("dev-eu-west-1"), exported)
    assert set(region.of(HEALTH_CHECK)) == {"api-records-endpoint"}
    assert region.one(RECORD, "shared").inputs["healthCheckId"] == "api-records-endpoint-id"
