"""What MiniStack keeps of Route 53 and of custom domains, read from inside its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import apigateway_v1, route53

from simulations.dns.zones import Endpoint, HealthCheck, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = "(none)"


class EmulatedZones:
    """ZoneSource over the running MiniStack. It has one account's resources, so that none has to be named."""

    def records(self) -> tuple[Record, ...]:
        """Every CNAME."""
        sets = [each for zone in _all(route53._records) for each in zone]
        return tuple(_record(each) for each in sets if each["Type"] == "CNAME" and each.get("ResourceRecords"))

    def checks(self) -> Mapping[str, HealthCheck]:
        """Every health check."""
        return {str(each["id"]): _check(str(each["id"]), each["config"]) for each in _all(route53._health_checks)}

    def endpoint(self, host: str) -> Endpoint | None:
        """The API that is mapped to the root of the custom domain with this target name."""
        for (account, region, name), domain in list(apigateway_v1._domain_names.all_items()):
            if domain["regionalDomainName"] == host:
                mapped = apigateway_v1._base_path_mappings.get_scoped(account, region, name, {}).get(ROOT)
                return None if mapped is None else Endpoint(region, mapped["restApiId"], mapped["stage"])
        return None


def _all(store: Any) -> list[Any]:
    # Outside of a request there is no account that a store could ask for its own.
    return list(store._data.values())


def _record(found: Mapping[str, Any]) -> Record:
    return Record(
        name=str(found["Name"]).removesuffix("."),
        target=str(found["ResourceRecords"][0]).removesuffix("."),
        ttl_seconds=int(found["TTL"]),
        set_identifier=found.get("SetIdentifier"),
        near=found.get("Region"),
        standing=found.get("Failover"),
        health_check_id=found.get("HealthCheckId"),
    )


def _check(identity: str, config: Mapping[str, Any]) -> HealthCheck:
    return HealthCheck(
        identity=identity,
        kind=str(config["Type"]),
        host=str(config.get("FullyQualifiedDomainName", "")),
        path=str(config.get("ResourcePath", "")),
        interval_seconds=int(config.get("RequestInterval", 30)),
        failures=int(config.get("FailureThreshold", 3)),
        children=tuple(config.get("ChildHealthChecks", ())),
        threshold=int(config.get("HealthThreshold", 0)),
    )
