"""The network to the outside: what leaves, by which way, and what is seen of it."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from components.network.ranges import ranges_of
from stacks.settings import load_settings
from stacks.settings_file import SettingsError
from tests.component.policies import statements_of
from tests.component.recording import PROD_ACCOUNT, REGIONS
from tests.component.settings_files import refusal_of, write_dev

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.hubs.network_settings import NetworkHubSettings
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ZONES = "abc"
ANYWHERE = "0.0.0.0/0"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod[f"prod-{REGIONS[0]}"]


def id_of(resource: Recorded) -> str:
    """As the recording gives them."""
    return f"{resource.name}-id"


def outside() -> NetworkHubSettings:
    found = load_settings("prod").hubs.network
    assert found is not None
    return found


def routes(stack: RecordedStack, table: str) -> dict[str, dict[str, Any]]:
    """Of a route table its routes, by where they lead."""
    table_id = id_of(stack.one(TABLE, table))
    found = [each.inputs for each in stack.of(ROUTE).values() if each.inputs["routeTableId"] == table_id]
    return {each["destinationCidrBlock"]: each for each in found}


def test_ranges_are_within_the_region_and_apart_when_a_network_is_divided() -> None:
    ranges = ranges_of("10.20.0.0/16")
    every = [
        IPv4Network(each) for tier in (ranges.isolated, ranges.service, ranges.egress, ranges.firewall) for each in tier
    ]
    assert len(every) == 12
    assert all(each.subnet_of(IPv4Network("10.20.0.0/16")) for each in every)
    assert not [pair for pair in combinations(every, 2) if pair[0].overlaps(pair[1])]


@pytest.mark.parametrize("zone", ZONES)
def test_what_leaves_passes_its_own_zones_gateway_and_firewall_when_a_zone_is_lost(
    here: RecordedStack, zone: str
) -> None:
    nat = here.one("aws:ec2/natGateway:NatGateway", f"egress-{zone}")
    assert nat.inputs["subnetId"] == id_of(here.one("aws:ec2/subnet:Subnet", f"egress-{zone}"))
    assert set(routes(here, f"service-{zone}")) == {ANYWHERE}
    assert routes(here, f"service-{zone}")[ANYWHERE]["natGatewayId"] == id_of(nat)
    assert routes(here, f"egress-{zone}")[ANYWHERE]["vpcEndpointId"] == f"vpce-{zone}"
    internet = id_of(here.one("aws:ec2/internetGateway:InternetGateway", "egress"))
    assert routes(here, f"firewall-{zone}")[ANYWHERE]["gatewayId"] == internet
    answers = routes(here, "egress")[here.one("aws:ec2/subnet:Subnet", f"egress-{zone}").inputs["cidrBlock"]]
    assert answers["vpcEndpointId"] == f"vpce-{zone}"


def test_isolated_subnets_have_no_way_out_when_there_is_one(here: RecordedStack) -> None:
    # The cache's network alone, by peering.
    assert [each for each in routes(here, "network").values() if "vpcPeeringConnectionId" not in each] == []
    associated = {
        each.inputs["subnetId"]: each.inputs["routeTableId"]
        for each in here.of("aws:ec2/routeTableAssociation:RouteTableAssociation").values()
        if "subnetId" in each.inputs
    }
    isolated = [id_of(here.one("aws:ec2/subnet:Subnet", f"private-{zone}")) for zone in ZONES]
    assert {associated[each] for each in isolated} == {id_of(here.one(TABLE, "network"))}


def test_only_tls_to_names_on_the_list_leaves_when_something_calls_out(here: RecordedStack) -> None:
    policy = here.one("aws:networkfirewall/firewallPolicy:FirewallPolicy", "egress").inputs["firewallPolicy"]
    assert policy["statefulDefaultActions"] == ["aws:drop_established", "aws:alert_established"]
    assert policy["statelessDefaultActions"] == ["aws:forward_to_sfe"]
    assert policy["statelessFragmentDefaultActions"] == ["aws:drop"]
    assert policy["statefulEngineOptions"] == {"ruleOrder": "STRICT_ORDER", "streamExceptionPolicy": "DROP"}
    group = here.one("aws:networkfirewall/ruleGroup:RuleGroup", "egress").inputs["ruleGroup"]
    listed = group["rulesSource"]["rulesSourceList"]
    assert listed == {
        "generatedRulesType": "ALLOWLIST",
        "targetTypes": ["TLS_SNI"],
        "targets": list(outside().allowed_domains),
    }
    (home,) = group["ruleVariables"]["ipSets"]
    assert home["ipSet"]["definitions"] == [load_settings("prod").network[REGIONS[0]].cidr]


def test_every_flow_is_kept_where_only_its_service_writes_when_there_is_traffic(here: RecordedStack) -> None:
    flow = here.one("aws:ec2/flowLog:FlowLog", "network-logs").inputs
    assert (flow["trafficType"], flow["logDestinationType"]) == ("ALL", "s3")
    assert flow["vpcId"] == id_of(here.one("aws:ec2/vpc:Vpc", "network"))
    bucket = here.one("aws:s3/bucket:Bucket", "network-logs").outputs["arn"]
    assert flow["logDestination"] == f"{bucket}/flows/"
    allowed = [
        each
        for each in statements_of(here.one("aws:s3/bucketPolicy:BucketPolicy", "network-logs"))
        if each["Effect"] == "Allow"
    ]
    assert {each["Sid"] for each in allowed} == {"Deliver", "Look"}
    for statement in allowed:
        assert statement["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == [PROD_ACCOUNT]
    (delivered,) = [each["Resource"] for each in allowed if each["Sid"] == "Deliver"]
    assert delivered == [f"{bucket}/flows/AWSLogs/{PROD_ACCOUNT}/*"]


def test_tunnels_agree_on_strong_ciphers_alone_when_premises_connect(here: RecordedStack) -> None:
    connections = here.of("aws:ec2/vpnConnection:VpnConnection")
    assert set(connections) == {"first", "second"}
    for connection in connections.values():
        asked = connection.inputs
        # No key is in the program, or in its state.
        assert asked["presharedKeyStorage"] == "SecretsManager"
        assert not [name for name in asked if name.endswith("PresharedKey")]
        for tunnel in ("tunnel1", "tunnel2"):
            assert asked[f"{tunnel}IkeVersions"] == ["ikev2"]
            for phase in ("Phase1", "Phase2"):
                assert asked[f"{tunnel}{phase}EncryptionAlgorithms"] == ["AES256-GCM-16"]
                assert set(asked[f"{tunnel}{phase}IntegrityAlgorithms"]) == {"SHA2-384", "SHA2-512"}
                assert min(asked[f"{tunnel}{phase}DhGroupNumbers"]) >= 20
            assert asked[f"{tunnel}LogOptions"]["cloudwatchLogOptions"]["logEnabled"] is True


def test_resolver_asks_the_servers_on_premises_and_nobody_else_when_it_forwards(here: RecordedStack) -> None:
    there = outside().on_premises
    assert there is not None
    group = id_of(here.one("aws:ec2/securityGroup:SecurityGroup", "resolver"))
    let_out = [
        each.inputs
        for each in here.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").values()
        if each.inputs["securityGroupId"] == group
    ]
    assert {(each["cidrIpv4"], each["ipProtocol"], each["fromPort"]) for each in let_out} == {
        (f"{server}/32", protocol, 53) for server in there.servers for protocol in ("tcp", "udp")
    }
    rule = here.one("aws:route53/resolverRule:ResolverRule", "private-names").inputs
    assert (rule["ruleType"], rule["domainName"]) == ("FORWARD", there.domain)
    assert [each["ip"] for each in rule["targetIps"]] == list(there.servers)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"servers": ["192.0.2.1"]}, "on_premises.servers: 192.0.2.1 is in none of premises; "
                                      "expected a server on premises"),
        ({"servers": ["172.16.0.300"]},
         "on_premises.servers: '172.16.0.300' is no address; expected an IPv4 address such as 203.0.113.10"),
        ({"gateways": {}}, "on_premises.gateways: no gateway; expected one at least"),
        ({"gateways": {"one": {"address": "203.0.113.10", "asn": 0}}},
         "on_premises.gateways.one.asn: 0 is not allowed; expected a whole number from 1 to 2147483647"),
    ],
)  # fmt: skip
def test_premises_are_refused_with_one_line_when_they_break_a_rule(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, "hubs.network.on_premises", change) == f"dev.yaml: hubs.network.{said}"


@pytest.mark.parametrize(
    ("premises", "said"),
    [
        (["10.21.0.0/24"], "10.21.0.0/24 overlaps 10.21.0.0/16; expected ranges that no Region's network has"),
        (["172.16.0.1/16"], "'172.16.0.1/16' is no range; expected a private range such as 172.16.0.0/16"),
        (["8.8.8.0/24"], "8.8.8.0/24 is not private; expected a private range such as 172.16.0.0/16"),
        ("172.16.0.0/16",
         "'172.16.0.0/16' is not allowed; expected a list, each item a private range such as 172.16.0.0/16"),
    ],
)  # fmt: skip
def test_ranges_of_premises_are_refused_with_one_line_when_they_break_a_rule(
    premises: object, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings("dev", write_dev(tmp_path, {"premises": premises}))
    assert str(refused.value) == f"dev.yaml: premises: {said}"
