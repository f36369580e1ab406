"""The pages of DNS, from outside."""

from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic import JsonValue as Json
from pydantic import TypeAdapter

from simulations.cloud.errors import CloudError, EmulatorError
from simulations.dns.checks import HealthChange
from simulations.dns.pages import PREFIX
from simulations.dns.resolver import Answer, CachedResolver, GlobalName

PATIENCE_SECONDS = 30.0


class NameUnknown(CloudError):
    """DNS has no such name, or the question makes no sense; says which."""


@dataclass(frozen=True, slots=True)
class CheckState:
    """A health check now. `host`: what it asks; empty where it is calculated from others."""

    check_id: str
    host: str
    well: bool


@dataclass(frozen=True, slots=True)
class DnsHealth:
    """Every check, and how their states changed, in order."""

    checks: tuple[CheckState, ...]
    changes: tuple[HealthChange, ...]


_ANSWER, _HEALTH = TypeAdapter(Answer), TypeAdapter(DnsHealth)


class DnsClient:
    """Asks the DNS of one embedded cloud."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def ask(self, name: str, client_region: str) -> Answer:
        """What a client in that Region is answered now.

        Raises NameUnknown.
        """
        return _ANSWER.validate_python(self._send("POST", "answer", {"name": name, "from": client_region}))

    def global_name(self, name: str, client_region: str) -> GlobalName:
        """The name as a client there knows it, with a cache of its own."""
        return GlobalName(name, CachedResolver(self.ask, client_region))

    def health(self) -> DnsHealth:
        """Every check's state, and the changes."""
        return _HEALTH.validate_python(self._send("GET", "health"))

    def look(self) -> DnsHealth:
        """Ask every endpoint once, now, as if an interval had passed."""
        return _HEALTH.validate_python(self._send("POST", "look"))

    def switch(self, region: str, *, on: bool) -> DnsHealth:
        """Take a Region out of the answers, or put it back, as an operator's plan does.

        Raises NameUnknown for a Region without a switch.
        """
        return _HEALTH.validate_python(self._send("POST", "switch", {"region": region, "on": on}))

    def _send(self, method: str, page: str, document: Json = None) -> Json:
        try:
            with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as http:
                answer = http.request(method, f"{self._endpoint}{PREFIX}{page}", json=document)
        except httpx.HTTPError as error:
            raise EmulatorError(f"the embedded cloud at {self._endpoint} does not answer: {error}") from error
        found: Json = answer.json()
        if answer.status_code != HTTPStatus.OK:
            raise NameUnknown(str(found["error"]) if isinstance(found, dict) else "no answer")
        return found
