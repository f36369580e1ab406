"""The names under which the API is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiNames:
    """Of an environment: `domain` is its hosted zone's."""

    domain: str

    @property
    def shared(self) -> str:
        """Answered with the Region that is nearest to who asks, of those that are well."""
        return f"api.{self.domain}"

    @property
    def single(self) -> str:
        """Answered with one Region for everyone, and with the other while that one is not well."""
        return f"single.{self.shared}"

    @property
    def third_parties(self) -> str:
        """As `shared`, for those who come with a certificate of their own."""
        return f"third-parties.{self.shared}"

    def of(self, region: str) -> str:
        """Always that Region's own: health checks ask it, and whoever must speak to that one."""
        return f"{region}.{self.shared}"

    def answered_by(self, region: str) -> dict[str, str]:
        """Every name that a Region's API answers to, by what it is for."""
        return {"shared": self.shared, "single": self.single, "own": self.of(region)}
