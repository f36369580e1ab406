"""The settings of an environment: frozen, typed, checked before anything is planned.

Nothing else reads pulumi.Config.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import pulumi

from components.blocks.tags import RESERVED
from components.payment.environment import Deadlines, Recovery, Retry
from components.payment.event_stream import StreamSettings
from components.payment.ledger import LedgerSettings
from components.payment.message_api import Throttling
from components.payment.message_path import FAMILIES
from components.payment.stores import Retention
from components.security.operator_pool import OperatorSettings
from components.security.web_acl import EdgeSettings
from stacks.bounds import LONGEST_DAYS
from stacks.client_settings import read_clients
from stacks.dns_settings import DnsSettings, read_dns
from stacks.edge_settings import read_edge, read_throttling
from stacks.event_settings import read_event_stream, read_networks
from stacks.function_settings import FunctionSettings, read_functions
from stacks.hubs.settings import HubSettings, read_hubs
from stacks.ledger_settings import read_ledger
from stacks.operator_settings import read_operators
from stacks.premises_settings import read_premises
from stacks.regions import read_regions
from stacks.settings_file import Section, SettingsError, keys_of, read_settings_file
from stacks.vault_settings import VaultSettings, read_vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.bucket import LockMode
    from components.network.private_network import NetworkSettings
    from components.payment.environment import NamespacePolicy
    from stacks.client_settings import ClientSettings

Layer = Literal["foundation", "region"]

PROJECT_ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = Path(__file__).resolve().parent / "environments"

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""What CloudWatch Logs takes (PutRetentionPolicy)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """An environment. Days, seconds and MiB as the names say.

    `residency`: where data may be. `clients`: participants with an API
    client of their own in each Region, in order; a transaction's owner is recorded by this name. `deletion_protection`:
    nothing that holds state can be deleted by a deployment.
    """

    environment: str
    organization: str
    account_id: str
    regions: tuple[str, str]
    witness: str
    residency: tuple[str, ...]
    deletion_protection: bool
    log_retention_days: int
    secret_recovery_days: int
    payloads: Retention
    deadlines: Deadlines
    namespace_policy: NamespacePolicy
    retry: Retry
    event_retry: Retry
    recovery: Recovery
    dns: DnsSettings
    network: Mapping[str, NetworkSettings]
    premises: tuple[str, ...]
    event_stream: StreamSettings
    functions: FunctionSettings
    api: Throttling
    edge: EdgeSettings
    clients: Mapping[str, ClientSettings]
    ledger: LedgerSettings
    vault: VaultSettings
    operators: OperatorSettings
    hubs: HubSettings
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stack:
    """Which part of which environment a stack is; `region` is None for the foundation."""

    settings: Settings
    layer: Layer
    region: str | None


def load_settings(environment: str, directory: Path = ENVIRONMENTS) -> Settings:
    """The settings of an environment, from its file in `directory`.

    Raises:
        SettingsError: the file is not there, or something in it breaks a rule.

    """
    file = read_settings_file(directory / f"{environment}.yaml", keys_of(Settings))
    if file.text("environment", r"[a-z][a-z0-9]{1,11}", "2 to 12 lower-case letters and digits") != environment:
        file.refuse("environment", "not the file's own name", environment)
    regions, witness, residency = read_regions(file)
    networks = read_networks(file.section("network", frozenset(regions)), regions)
    clients, premises = read_clients(file), read_premises(file, networks)
    return Settings(
        environment=environment,
        organization=file.text("organization", r"[A-Za-z0-9_-]+", "the Pulumi organization that holds the stacks"),
        account_id=file.text("account_id", r"\d{12}", "12 digits in quotes"),
        regions=regions,
        witness=witness,
        residency=residency,
        deletion_protection=file.flag("deletion_protection"),
        log_retention_days=file.one_of("log_retention_days", LOG_RETENTION_DAYS),
        secret_recovery_days=file.one_of("secret_recovery_days", (0, *range(7, 31))),
        payloads=_payloads(file.section("payloads", keys_of(Retention))),
        deadlines=_deadlines(file.section("deadlines")),
        namespace_policy=file.choice("namespace_policy", {"strict": "strict", "infer": "infer"}),
        retry=_retry(file.section("retry", keys_of(Retry))),
        event_retry=_retry(file.section("event_retry", keys_of(Retry))),
        recovery=_recovery(file.section("recovery", keys_of(Recovery))),
        dns=read_dns(file.section("dns", keys_of(DnsSettings))),
        network=networks,
        premises=premises,
        event_stream=read_event_stream(file.section("event_stream", keys_of(StreamSettings))),
        functions=read_functions(file.section("functions", keys_of(FunctionSettings)), PROJECT_ROOT),
        api=read_throttling(file.section("api", keys_of(Throttling))),
        edge=read_edge(file.section("edge", keys_of(EdgeSettings))),
        clients=clients,
        ledger=read_ledger(file.section("ledger", keys_of(LedgerSettings))),
        vault=read_vault(file.section("vault", keys_of(VaultSettings))),
        operators=read_operators(file.section("operators", keys_of(OperatorSettings))),
        hubs=read_hubs(file.section("hubs"), networks, clients, premises),
        tags=_tags(file.section("tags")),
    )


def settings_of_stack() -> Stack:
    """What the stack's own configuration asks for: `twinrail:environment`, `twinrail:layer`, `twinrail:region`.

    Raises:
        SettingsError: the configuration is not complete, or the environment's settings break a rule.

    """
    config = pulumi.Config("twinrail")
    environment, layer, region = config.get("environment"), config.get("layer"), config.get("region")
    file = f"Pulumi.{pulumi.get_stack()}.yaml"
    if environment is None:
        raise SettingsError(f"{file}: twinrail:environment: missing key; expected an environment's name")
    settings = load_settings(environment)
    if layer not in {"foundation", "region"}:
        raise SettingsError(f"{file}: twinrail:layer: {layer!r} is not allowed; expected foundation or region")
    if layer == "region" and region not in settings.regions:
        expected = f"one of {', '.join(settings.regions)}"
        raise SettingsError(
            f"{file}: twinrail:region: {region!r} is not a Region of {environment}; expected {expected}"
        )
    if layer == "foundation" and region is not None:
        raise SettingsError(
            f"{file}: twinrail:region: {region!r} is not allowed; expected none, the foundation spans Regions"
        )
    return Stack(settings, cast("Layer", layer), region)


def _payloads(section: Section) -> Retention:
    modes: dict[str, LockMode] = {"GOVERNANCE": "GOVERNANCE", "COMPLIANCE": "COMPLIANCE"}
    lock_days = section.whole("lock_days", 1, LONGEST_DAYS)
    retention_days = section.whole("retention_days", 1, LONGEST_DAYS)
    if retention_days < lock_days:
        section.refuse(
            "retention_days", f"{retention_days} days end before the lock", f"at least lock_days ({lock_days})"
        )
    return Retention(retention_days, section.choice("lock_mode", modes), lock_days)


def _deadlines(section: Section) -> Deadlines:
    if "default" not in section.values:
        section.refuse("default", "missing key", "seconds for what no other key names")
    for key in section.values:
        if key not in {"default", *FAMILIES}:
            section.refuse(key, "unknown key", f"default or one of {', '.join(FAMILIES)}")
    seconds = {key: section.whole(key, 5, 86_400) for key in section.values}
    return Deadlines(seconds.pop("default"), seconds)


def _retry(section: Section) -> Retry:
    first, longest = section.whole("first_seconds", 1, 900), section.whole("longest_seconds", 1, 900)
    if longest < first:
        section.refuse("longest_seconds", f"{longest} is less than the first", f"at least first_seconds ({first})")
    return Retry(section.whole("deliveries", 1, 1_000), first, longest)


def _recovery(section: Section) -> Recovery:
    look = section.whole("look_seconds", 1, 60)
    silent, longest = section.whole("silent_seconds", 1, 3_600), section.whole("longest_seconds", 1, 3_600)
    if silent <= look:
        expected = f"more than look_seconds ({look}), in which the next word is due"
        section.refuse("silent_seconds", f"{silent} is too short", expected)
    if longest < look:
        section.refuse("longest_seconds", f"{longest} is less than the first", f"at least look_seconds ({look})")
    return Recovery(look, section.whole("failures", 2, 100), section.whole("successes", 1, 100), silent, longest)


def _tags(section: Section) -> dict[str, str]:
    for key in sorted(RESERVED & section.values.keys()):
        section.refuse(key, "set by the program itself", "another key")
    return {
        key: section.text(key, r"[\w .:/=+@-]{1,256}", "1 to 256 letters, digits and _.:/=+@-")
        for key in section.values
    }
