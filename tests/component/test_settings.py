"""Settings are checked before anything is planned: a mistake is one clear line with file, key, rule, expectation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from stacks.client_settings import ClientSettings
from stacks.settings import load_settings
from stacks.settings_file import SettingsError
from tests.component.recording import record_stack
from tests.component.settings_files import REMOVED, write_dev

READER = {"scopes": ["payments/read"]}


@pytest.mark.parametrize("environment", ["dev", "drill", "prod", "sandbox", "staging"])
def test_settings_are_loaded_when_the_environment_is_the_projects(environment: str) -> None:
    settings = load_settings(environment)
    assert settings.environment == environment
    assert settings.regions == ("eu-west-1", "eu-west-2")
    assert settings.witness == "eu-west-3"


def test_settings_are_the_extended_ones_but_for_what_the_file_says(tmp_path: Path) -> None:
    directory = write_dev(tmp_path, {})
    (directory / "short.yaml").write_text(
        "extends: dev\nenvironment: short\nrecovery: {look_seconds: 2}\n"
        "clients: {participant-b: {scopes: [payments/read]}}\n"
    )
    dev, short = load_settings("dev", directory), load_settings("short", directory)
    assert short == replace(
        dev,
        environment="short",
        recovery=replace(dev.recovery, look_seconds=2),
        clients={**dev.clients, "participant-b": ClientSettings(("payments/read",))},
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nowhere", r"nowhere\.yaml: no such environment; expected one of dev, second, third"),
        ("second", r"third\.yaml: extends: second\.yaml extends another one itself; expected an environment that is"),
        ("../dev", r"third\.yaml: extends: '\.\./dev' is not allowed; expected the name of an environment"),
    ],
)
def test_settings_are_refused_when_what_they_extend_is_not_whole(tmp_path: Path, name: str, line: str) -> None:
    directory = write_dev(tmp_path, {})
    (directory / "second.yaml").write_text("extends: dev\nenvironment: second\n")
    (directory / "third.yaml").write_text(f"extends: {name}\nenvironment: third\n")
    with pytest.raises(SettingsError, match=line):
        load_settings("third", directory)


MISTAKES: dict[str, tuple[dict[str, object], str]] = {
    "unknown key": ({"regiones": []}, r"dev\.yaml: regiones: unknown key; expected one of account_id, "),
    "unknown nested key": ({"api.brust": 1}, r"dev\.yaml: api\.brust: unknown key; expected one of burst, rate"),
    "a Region gone at one look": (
        {"recovery.failures": 1},
        r"recovery\.failures: 1 is not allowed; expected a whole number from 2 to 100",
    ),
    "a Region silent between two beats": (
        {"recovery.silent_seconds": 15},
        r"recovery\.silent_seconds: 15 is too short; expected more than look_seconds \(15\), in which the next word",
    ),
    "looks that come closer while a Region stays gone": (
        {"recovery.longest_seconds": 14},
        r"recovery\.longest_seconds: 14 is less than the first; expected at least look_seconds \(15\)",
    ),
    "domain with a dot at its end": (
        {"dns.domain": "dev.twinrail.example."},
        r"dns\.domain: 'dev\.twinrail\.example\.' is not allowed; expected a domain in lower case without a dot",
    ),
    "domain too long for what stands before it": (
        {"dns.domain": ".".join(["a" * 50] * 4)},
        r"dns\.domain: 203 characters; expected a domain .* at most 200",
    ),
    "interval that Route 53 has not": (
        {"dns.interval_seconds": 20},
        r"dns\.interval_seconds: 20 is not allowed; expected one of 10, 30",
    ),
    "more failures than Route 53 counts": (
        {"dns.failures": 11},
        r"dns\.failures: 11 is not allowed; expected a whole number from 1 to 10",
    ),
    "answers that are kept for long": (
        {"dns.ttl_seconds": 301},
        r"dns\.ttl_seconds: 301 is not allowed; expected a whole number from 1 to 300",
    ),
    "more of a body than WAF inspects": (
        {"edge.inspected_kib": 128},
        r"edge\.inspected_kib: 128 is not allowed; expected a whole number from 16 to 64",
    ),
    "an inspection limit that WAF has not": (
        {"edge.inspected_kib": 24},
        r"edge\.inspected_kib: 24 is not allowed; expected one of 16, 32, 48, 64",
    ),
    "a rate below WAF's least": (
        {"edge.requests_per_minute_per_client": 9},
        r"edge\.requests_per_minute_per_client: 9 is not allowed; expected a whole number from 10 to",
    ),
    "an address stopped before its client": (
        {"edge.requests_per_minute_per_address": 100, "edge.requests_per_minute_per_client": 101},
        r"edge\.requests_per_minute_per_address: 100 stops a client .* at least requests_per_minute_per_client \(101\)",
    ),
    "unknown function": ({"functions.sizes.clearing": {}}, r"functions\.sizes\.clearing: unknown key; expected one of"),
    "missing key": ({"witness": REMOVED}, r"dev\.yaml: witness: missing key; expected a value"),
    "missing function": ({"functions.sizes.intake": REMOVED}, r"functions\.sizes\.intake: missing key"),
    "account id as a number": (
        {"account_id": 111122223333},
        r"account_id: 111122223333 is not allowed; expected 12 digits in",
    ),
    "account id too short": ({"account_id": "1234"}, r"account_id: '1234' is not allowed; expected 12 digits"),
    "text for a flag": (
        {"deletion_protection": "no"},
        r"deletion_protection: 'no' is not allowed; expected true or false",
    ),
    "flag for a number": (
        {"deadlines.default": True},
        r"deadlines\.default: True is not allowed; expected a whole number",
    ),
    "no default deadline": ({"deadlines": {"pacs.008": 60}}, r"deadlines\.default: missing key; expected seconds"),
    "deadline of an unknown message": (
        {"deadlines": {"default": 60, "pacs.002": 60}},
        r"deadlines\.pacs\.002: unknown key; expected default or one of pacs\.008, ",
    ),
    "deadline too short": (
        {"deadlines": {"default": 60, "pacs.008": 4}},
        r"deadlines\.pacs\.008: 4 is not allowed; expected a whole number from 5 to 86400",
    ),
    "waits that grow shorter": (
        {"retry.longest_seconds": 1, "retry.first_seconds": 2},
        r"retry\.longest_seconds: 1 is less than the first; expected at least first_seconds \(2\)",
    ),
    "text for a number": (
        {"api.burst": "many"},
        r"api\.burst: 'many' is not allowed; expected a whole number from 1 to 5000",
    ),
    "text for a list": ({"regions": "eu-west-1"}, r"regions: 'eu-west-1' is not allowed; expected a list"),
    "list for a section": ({"api": []}, r"dev\.yaml: api: \[\] is not allowed; expected keys with values"),
    "no Region's name": (
        {"regions": ["eu-west-1", "Ireland"]},
        r"regions: .*Ireland.* expected a list, each item a Region",
    ),
    "a Region twice": ({"regions": ["eu-west-1", "eu-west-1"]}, r"regions: .*names one twice; expected each once"),
    "one Region": ({"regions": ["eu-west-1"]}, r"regions: 1 Regions; expected two"),
    "three Regions": ({"regions": ["eu-west-1", "eu-west-2", "eu-central-1"]}, r"regions: 3 Regions; expected two"),
    "witness among the Regions": ({"witness": "eu-west-2"}, r"witness: eu-west-2 is in regions too; expected a third"),
    "Region outside of residency": (
        {"residency": ["eu-west-1", "eu-west-2"]},
        r"residency: eu-west-3 is used, yet not listed",
    ),
    "Regions of two sets": (
        {"witness": "us-east-1", "residency": ["eu-west-1", "eu-west-2", "us-east-1"]},
        r"regions: eu-west-1, eu-west-2, us-east-1 are not of one set; expected regions and witness of one of",
    ),
    "another environment's file": ({"environment": "test"}, r"environment: not the file's own name; expected dev"),
    "log retention that Logs has not": (
        {"log_retention_days": 15},
        r"log_retention_days: 15 is not allowed; expected one of",
    ),
    "secret recovery too short": (
        {"secret_recovery_days": 3},
        r"secret_recovery_days: 3 is not allowed; expected one of 0, 7",
    ),
    "lock longer than retention": ({"payloads.lock_days": 8}, r"payloads\.retention_days: 7 days end before the lock"),
    "unknown lock mode": (
        {"payloads.lock_mode": "SOFT"},
        r"payloads\.lock_mode: 'SOFT' is not allowed; expected one of GOV",
    ),
    "ledger unencrypted where it may be": (
        {"ledger.sslmode": "prefer"},
        r"ledger\.sslmode: 'prefer' .* one of disable",
    ),
    "no participant": ({"ledger.participants": {}}, r"ledger\.participants: 0 participants; expected 1 to 900"),
    "participant with a branch": (
        {"ledger.participants": {"TWRLGB2LXXX": {"EUR": 1}}},
        r"ledger\.participants\.TWRLGB2LXXX: no BIC without branch; expected",
    ),
    "no currency": (
        {"ledger.participants.TWRLGB2L": {"euro": 1}},
        r"ledger\.participants\.TWRLGB2L\.euro: no currency; expected its ISO 4217 code",
    ),
    "cap below zero": (
        {"ledger.participants.TWRLGB2L": {"EUR": -1}},
        r"ledger\.participants\.TWRLGB2L\.EUR: -1 is not allowed; expected a whole number from 0",
    ),
    "network that is no /16": (
        {"network.eu-west-1.cidr": "10.20.0.0/24"},
        r"network\.eu-west-1\.cidr: 10\.20\.0\.0/24 is no /16 within 10\.0\.0\.0/8; expected a range such as",
    ),
    "network that is public": ({"network.eu-west-1.cidr": "11.0.0.0/16"}, r"cidr: 11\.0\.0\.0/16 is no /16 within"),
    "network of no addresses": ({"network.eu-west-1.cidr": "10.999.0.0/16"}, r"cidr: 10\.999\.0\.0/16 is no /16"),
    "network that another Region has": (
        {"network.eu-west-2.cidr": "10.20.0.0/16"},
        r"network\.eu-west-2: the range of another Region; expected a range of its own",
    ),
    "two zones": ({"network.eu-west-1.zones": ["a", "b"]}, r"network\.eu-west-1\.zones: 2 zones; expected 3"),
    "network of no Region": ({"network.eu-west-9": {}}, r"network\.eu-west-9: unknown key"),
    "unknown stream security": (
        {"event_stream.security": "tls"},
        r"event_stream\.security: 'tls' .* one of plaintext, iam",
    ),
    "no partition": ({"event_stream.partitions": 0}, r"event_stream\.partitions: 0 .* from 1 to 1000"),
    "no broker type": ({"event_stream.instance_type": "m7g.large"}, r"instance_type: 'm7g.large' .* kafka.m7g.large"),
    "waits of events that grow shorter": (
        {"event_retry.longest_seconds": 1, "event_retry.first_seconds": 2},
        r"event_retry\.longest_seconds: 1 is less than the first; expected at least first_seconds \(2\)",
    ),
    "unknown namespace policy": ({"namespace_policy": "guess"}, r"namespace_policy: 'guess' .* one of strict, infer"),
    "unknown architecture": (
        {"functions.architecture": "mips"},
        r"functions\.architecture: 'mips' .* one of x86_64, arm64",
    ),
    "old runtime": ({"functions.runtime": "python3.8"}, r"functions\.runtime: 'python3.8' .* python3.11 to python3.13"),
    "package outside of the project": (
        {"functions.package": "../x"},
        r"functions\.package: '../x' .* within the project",
    ),
    "API function over API Gateway's limit": (
        {"functions.sizes.intake.timeout_seconds": 30},
        r"functions\.sizes\.intake\.timeout_seconds: 30 is not allowed; expected a whole number from 1 to 29",
    ),
    "more consumers than reserved": (
        {"functions.sizes.incoming.reserved_concurrency": 5},
        r"functions\.consumption\.incoming\.maximum_concurrency: 10 is more than .*; expected at most 5",
    ),
    "batch over FIFO's limit": ({"functions.consumption.incoming.batch_size": 11}, r"batch_size: 11 .* from 1 to 10"),
    "no client": ({"clients": {}}, r"dev\.yaml: clients: no client; expected at least one name, with its scopes"),
    "clients without scopes": ({"clients": ["a"]}, r"clients: \['a'\] is not allowed; expected keys with values"),
    "a client without a scope": (
        {"clients.participant-a.scopes": []},
        r"a\.scopes: .* expected a list",
    ),
    "a scope that no API has": (
        {"clients.participant-a.scopes": ["payments/read", "payments/admin"]},
        r"clients\.participant-a\.scopes: .* expected a list, each item one of payments/write, payments/read,",
    ),
    "a key that no client has": ({"clients.participant-a.secret": "x"}, r"clients\.participant-a\.secret: unknown key"),
    "more clients than a function can be told": (
        {"clients": {f"participant-{number}": READER for number in range(19)}},
        r"dev\.yaml: clients: 19 clients; expected at most 18: functions are told them in .* Lambda takes 4 kB",
    ),
    "client's name too long": (
        {"clients": {"c" * 32: READER}},
        r"clients\.c+: not a client's name; expected 2 to 31 lower-case letters",
    ),
    "reserved tag": ({"tags.project": "mine"}, r"tags\.project: set by the program itself; expected another key"),
    "tag that is no text": ({"tags.owner": 7}, r"tags\.owner: 7 is not allowed; expected 1 to 256"),
}


@pytest.mark.parametrize(("changes", "line"), MISTAKES.values(), ids=MISTAKES.keys())
def test_settings_are_refused_when_they_hold_a_mistake(tmp_path: Path, changes: dict[str, object], line: str) -> None:
    with pytest.raises(SettingsError, match=line) as refused:
        load_settings("dev", write_dev(tmp_path, changes))
    assert "\n" not in str(refused.value)


def test_settings_are_loaded_when_there_are_as_many_clients_as_a_function_can_be_told(tmp_path: Path) -> None:
    clients = {f"participant-{number}": READER for number in range(18)}
    assert list(load_settings("dev", write_dev(tmp_path, {"clients": clients, "hubs": {}})).clients) == sorted(clients)


@pytest.mark.parametrize(
    ("text", "line"), [("a: [", r"dev\.yaml: not YAML"), ("", r"the file: None"), ("- x", "the file")]
)
def test_settings_are_refused_when_the_file_is_no_mapping(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=line) as refused:
        load_settings("dev", tmp_path)
    assert "\n" not in str(refused.value)


def test_settings_are_refused_when_the_environment_is_unknown() -> None:
    said = r"moon\.yaml: no such environment; expected one of dev, drill, prod, sandbox, staging"
    with pytest.raises(SettingsError, match=said):
        load_settings("moon")


@pytest.mark.parametrize(
    ("configuration", "line"),
    [
        ({}, r"Pulumi\.dev-x\.yaml: twinrail:environment: missing key"),
        ({"twinrail:environment": "dev"}, r"twinrail:layer: None is not allowed; expected foundation or region"),
        ({"twinrail:environment": "dev", "twinrail:layer": "edge"}, r"twinrail:layer: 'edge' is not allowed"),
        (
            {"twinrail:environment": "dev", "twinrail:layer": "region", "twinrail:region": "us-east-1"},
            r"twinrail:region: 'us-east-1' is not a Region of dev; expected one of eu-west-1, eu-west-2",
        ),
        ({"twinrail:environment": "dev", "twinrail:layer": "region"}, r"twinrail:region: None is not a Region of dev"),
        (
            {"twinrail:environment": "dev", "twinrail:layer": "foundation", "twinrail:region": "eu-west-1"},
            r"twinrail:region: 'eu-west-1' is not allowed; expected none",
        ),
    ],
)
def test_stack_is_refused_before_anything_is_planned_when_its_configuration_is_wrong(
    configuration: dict[str, str], line: str
) -> None:
    with pytest.raises(pulumi.RunError, match=line):
        record_stack("dev-x", "000000000000", configuration, {})
