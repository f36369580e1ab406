"""Collects, below one element, every value that a market rule looks at, and whose it is."""

from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from lambdas.adapters.iso20022.tree import children_with_paths, text_of
from lambdas.core.iso20022.message import Amount, Details, PartyValue, Role

# What refers to other documents, or to authorities, is not part of the transfer.
_ASIDE = frozenset({"RmtInf", "RltdRmtInf", "Tax", "RgltryRptg", "SplmtryData", "Sgntr"})
_TRANSFERRED = frozenset(
    {
        "IntrBkSttlmAmt",
        "InstdAmt",
        "EqvtAmt",
        "TtlIntrBkSttlmAmt",
        "RtrdIntrBkSttlmAmt",
        "RtrdInstdAmt",
        "TtlRtrdIntrBkSttlmAmt",
    }
)
_INSTITUTION = frozenset({"FinInstnId", "BrnchId"})
_BICS = frozenset({"BICFI", "AnyBIC"})
_COUNTRIES = frozenset({"Ctry", "CtryOfBirth"})
_OWNERS = (
    ("Dbtr", Role.DEBTOR),
    ("UltmtDbtr", Role.DEBTOR),
    ("Cdtr", Role.CREDITOR),
    ("UltmtCdtr", Role.CREDITOR),
    ("IntrmyAgt", Role.INTERMEDIARY),
)


@dataclass(frozen=True, slots=True)
class _Place:
    role: Role = Role.OTHER
    of_agent: bool = False
    in_equivalent: bool = False


@lru_cache(maxsize=1024)
def _role_of(name: str, inherited: Role) -> Role:
    # An account at the debtor's agent, or of an intermediary, is not the debtor's.
    if name.endswith("Acct"):
        return {"DbtrAcct": Role.DEBTOR, "CdtrAcct": Role.CREDITOR}.get(name, Role.OTHER)
    for prefix, role in _OWNERS:
        if name.startswith(prefix):
            return role
    return inherited


@dataclass(slots=True)
class _Collector:
    skip: frozenset[str]
    amounts: list[Amount] = field(default_factory=list)
    ibans: list[PartyValue] = field(default_factory=list)
    bics: list[PartyValue] = field(default_factory=list)
    countries: list[PartyValue] = field(default_factory=list)
    residences: list[PartyValue] = field(default_factory=list)

    def walk(self, element: etree._Element, path: str, place: _Place) -> None:
        for child, name, child_path in children_with_paths(element, path):
            if len(child):
                if name not in _ASIDE and name not in self.skip:
                    self.walk(child, child_path, self._inner(name, place))
            elif child.attrib:
                self._amount(child, name, child_path, place)
            else:
                self._leaf(child, name, child_path, place)

    def _inner(self, name: str, place: _Place) -> _Place:
        role = _role_of(name, place.role)
        of_agent = place.of_agent or name in _INSTITUTION
        in_equivalent = name == "EqvtAmt"
        if role is place.role and of_agent is place.of_agent and in_equivalent is place.in_equivalent:
            return place
        return _Place(role, of_agent, in_equivalent)

    def _amount(self, element: etree._Element, name: str, path: str, place: _Place) -> None:
        currency = element.get("Ccy")
        if currency is not None:
            transferred = name in _TRANSFERRED or place.in_equivalent
            self.amounts.append(Amount(text_of(element), currency, path, transferred))

    def _leaf(self, element: etree._Element, name: str, path: str, place: _Place) -> None:
        if name == "IBAN":
            target = self.ibans
        elif name in _BICS:
            target = self.bics
        elif name in _COUNTRIES:
            target = self.countries
        elif name == "CtryOfRes":
            target = self.residences
        else:
            return
        target.append(PartyValue(text_of(element), path, place.role, place.of_agent))


def collect_details(element: etree._Element, path: str, skip: frozenset[str] = frozenset()) -> Details:
    """All amounts, accounts, agents and countries below `element`, children named in `skip` left out."""
    collector = _Collector(skip)
    collector.walk(element, path, _Place())
    return Details(
        amounts=tuple(collector.amounts),
        ibans=tuple(collector.ibans),
        bics=tuple(collector.bics),
        countries=tuple(collector.countries),
        residences=tuple(collector.residences),
    )
