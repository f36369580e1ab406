"""A message's tree as the plain values that core judges; of a tree that its schema refuses, it reads what it can."""

from collections.abc import Iterable, Iterator

from lxml import etree

from lambdas.adapters.iso20022.details import collect_details
from lambdas.adapters.iso20022.layouts import Layout, Path
from lambdas.adapters.iso20022.tree import children_with_paths, descend, text_of
from lambdas.core.iso20022.assessment import Agent
from lambdas.core.iso20022.message import (
    NO_ORIGINAL,
    Amount,
    Details,
    Group,
    Located,
    Message,
    OriginalPayment,
    Payment,
    PaymentAgents,
)

# An xs:boolean's two words for it.
_TRUE = frozenset({"true", "1"})


def _located(element: etree._Element | None, path: str, names: Path) -> Located | None:
    found = descend(element, *names) if names else None
    return None if found is None else Located(text_of(found), "/".join((path, *names)))


def _amount(element: etree._Element | None, path: str, ways: tuple[Path, ...]) -> Amount | None:
    for names in ways:
        found = descend(element, *names) if names else None
        if found is not None:
            return Amount(text_of(found), found.get("Ccy", ""), "/".join((path, *names)), transferred=True)
    return None


def _agent(element: etree._Element | None) -> Agent | None:
    institution = descend(element, "FinInstnId")
    if institution is None:
        return None

    def text(*names: str) -> str | None:
        found = descend(institution, *names)
        return None if found is None else text_of(found)

    return Agent(text("BICFI"), text("ClrSysMmbId", "MmbId"), text("Othr", "Id"))


def _first_bic(places: Iterable[etree._Element | None], ways: tuple[Path, ...]) -> str | None:
    found = (_agent(descend(place, *names)) for place in places for names in ways if names)
    return next((agent.bic for agent in found if agent is not None), None)


class MessageReader:
    """Reads one message of a known family. The Document's tree need not be valid: what is not there is None."""

    def __init__(self, document: etree._Element, layout: Layout) -> None:
        self._layout = layout
        self._body = descend(document, self._layout.body)
        self._body_path = f"Document/{self._layout.body}"
        self._header = descend(self._body, self._layout.header)
        self.header_path = f"{self._body_path}/{self._layout.header}"

    def agents(self) -> tuple[Agent | None, Agent | None]:
        """Who sent the message and who it is for, from its header or else from its first payment; None if not said."""
        header = tuple(self._agent_at(self._header, names) for names in (self._layout.sender, self._layout.receiver))
        if any(header) or self._layout.group is not None:
            return header[0], header[1]
        payment = descend(self._body, self._layout.payment)
        return self._agent_at(payment, self._layout.sender), self._agent_at(payment, self._layout.receiver)

    @staticmethod
    def _agent_at(element: etree._Element | None, names: Path) -> Agent | None:
        return _agent(descend(element, *names)) if names else None

    def message(self) -> Message:
        """The whole message."""
        layout = self._layout
        counts_path = "/".join((self._body_path, *layout.counts))
        counts = descend(self._body, *layout.counts)
        settlement_names = layout.settlement_date if layout.group is None else ()
        found = list(self._payments())
        return Message(
            header_path=self.header_path,
            message_id=_located(self._header, self.header_path, (layout.message_id,)),
            created_at=_located(self._header, self.header_path, ("CreDtTm",)),
            number_of_transactions=_located(counts, counts_path, ("NbOfTxs",)),
            control_sum=_located(counts, counts_path, ("CtrlSum",)),
            total_amount=_amount(self._header, self.header_path, (layout.total,)),
            settlement_date=_located(self._header, self.header_path, settlement_names),
            details=self._details(self._header, self.header_path),
            groups=tuple(self._groups()),
            payments=tuple(found),
            unnamed=tuple(self._unnamed()),
        )

    def _details(self, element: etree._Element | None, path: str) -> Details:
        return Details() if element is None else collect_details(element, path, frozenset({self._layout.payment}))

    def _containers(self) -> Iterator[tuple[int | None, etree._Element, str]]:
        if self._body is None:
            return
        if self._layout.group is None:
            yield None, self._body, self._body_path
            return
        index = 0
        for child, name, path in children_with_paths(self._body, self._body_path):
            if name == self._layout.group:
                yield index if self._layout.group_is_payment_information else None, child, path
                index += 1

    def _groups(self) -> Iterator[Group]:
        for index, element, path in self._containers():
            if index is not None:
                yield Group(
                    path=path,
                    payment_information_id=_located(element, path, ("PmtInfId",)),
                    number_of_transactions=_located(element, path, ("NbOfTxs",)),
                    control_sum=_located(element, path, ("CtrlSum",)),
                    execution_date=self._execution_date(element, path),
                    details=self._details(element, path),
                )

    @staticmethod
    def _execution_date(element: etree._Element, path: str) -> Located | None:
        return _located(element, path, ("ReqdExctnDt", "Dt")) or _located(element, path, ("ReqdExctnDt", "DtTm"))

    def _payments(self) -> Iterator[Payment]:
        for index, container, container_path in self._containers():
            for child, name, path in children_with_paths(container, container_path):
                if name == self._layout.payment:
                    yield self._payment(child, path, index, container)

    def _unnamed(self) -> Iterator[str]:
        # Of the other families, the schema already asks for a payment.
        if self._layout.original_message:
            for _, container, path in self._containers():
                whole = _located(container, path, self._layout.whole_group)
                if descend(container, self._layout.payment) is None:
                    yield path
                elif whole is not None and whole.value.strip() in _TRUE:
                    yield whole.path

    def _payment(self, element: etree._Element, path: str, group: int | None, container: etree._Element) -> Payment:
        layout = self._layout
        return Payment(
            path=path,
            group=group,
            instruction_id=_located(element, path, layout.instruction_id),
            end_to_end_id=_located(element, path, layout.end_to_end_id),
            transaction_id=_located(element, path, layout.transaction_id),
            uetr=_located(element, path, layout.uetr),
            amount=_amount(element, path, layout.amounts),
            settlement_date=_located(element, path, layout.settlement_date),
            details=collect_details(element, path),
            agents=self._payment_agents(element, container),
            original=self._original(element, path, container),
        )

    def _original(self, element: etree._Element, path: str, container: etree._Element) -> OriginalPayment:
        layout = self._layout
        if not layout.original_message:
            return NO_ORIGINAL
        own = _located(element, path, layout.original_message)
        return OriginalPayment(
            message_id=own or _located(container, path.rpartition("/")[0], layout.original_group),
            instructing_agent=_first_bic((element, self._header), layout.original_agents),
        )

    def _payment_agents(self, element: etree._Element, container: etree._Element) -> PaymentAgents:
        layout = self._layout
        debtor = _first_bic((element, container), layout.debtor_agents)
        instructing = _first_bic((element, self._header), (layout.sender,)) or debtor
        return PaymentAgents(
            instructing=instructing if layout.sender else None,
            debtor=debtor,
            creditor=_first_bic((element, container), layout.creditor_agents),
        )
