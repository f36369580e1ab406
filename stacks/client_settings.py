"""The settings of participants' API clients: who there is, and what each may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.payment.environment import CLIENT_NAME_LENGTH, CLIENTS_LIMIT
from components.security.identity import SCOPES
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings_file import Section

_NAME = rf"[a-z][a-z0-9-]{{1,{CLIENT_NAME_LENGTH - 1}}}"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """`scopes`: what a participant's client may ask a token for, each as `server/scope`."""

    scopes: tuple[str, ...]


def read_clients(file: Section) -> Mapping[str, ClientSettings]:
    """The participants' clients by registered name, in the order of the file.

    Raises:
        SettingsError: there is none, or too many, or a name or a scope breaks a rule.

    """
    clients = file.section("clients")
    if not clients.values:
        file.refuse("clients", "no client", "at least one name, with its scopes")
    for name in (each for each in clients.values if not re.fullmatch(_NAME, each)):
        clients.refuse(name, "not a client's name", f"2 to {CLIENT_NAME_LENGTH} lower-case letters, digits and hyphens")
    if len(clients.values) > CLIENTS_LIMIT:
        expected = f"at most {CLIENTS_LIMIT}: functions are told them in their environment, of which Lambda takes 4 kB"
        file.refuse("clients", f"{len(clients.values)} clients", expected)
    return {name: _client(clients.section(name, keys_of(ClientSettings))) for name in clients.values}


def _client(section: Section) -> ClientSettings:
    return ClientSettings(section.texts("scopes", "|".join(SCOPES), f"one of {', '.join(SCOPES)}"))
