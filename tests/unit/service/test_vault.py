"""The same value has the same token; a clear value leaves on record or not at all; what is erased stays erased."""

from __future__ import annotations

import pytest

from lambdas.core.vault.kinds import ValueKind, normal_form
from lambdas.core.vault.records import MAX_HOLDERS, Entry, Purpose, Revealed, TokenStatus
from lambdas.service.detokenise import AllowanceUsedUp
from lambdas.service.ports import AuditUnavailable
from lambdas.service.tokenise import SubjectsErased
from lambdas.service.vault_ports import VaultCorrupted
from tests.unit.service.vault_fakes import ALICE, BOB, NOW, FakeVault

PURPOSE = Purpose.INVESTIGATION
NAME = "Zoë Strauß"


def entry(value: str = NAME, subject: str = "customer-1", kind: ValueKind = ValueKind.NAME) -> Entry:
    return Entry(kind, value, normal_form(kind, value), subject)


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


def tokenise(vault: FakeVault, *entries: Entry, tenant: str = ALICE.participant) -> tuple[str, ...]:
    return vault.region().tokenise(tenant=tenant, entries=entries)


def reveal(vault: FakeVault, *tokens: str) -> tuple[Revealed, ...]:
    return vault.region().detokenise(asker=ALICE, purpose=PURPOSE, tokens=tokens)


def statuses(vault: FakeVault, *tokens: str) -> list[TokenStatus]:
    return [each.status for each in reveal(vault, *tokens)]


def test_value_comes_back_in_the_other_region_when_it_was_tokenised_in_one(vault: FakeVault) -> None:
    name, iban = tokenise(vault, entry(), entry("DE89 3704 0044 0532 0130 00", kind=ValueKind.IBAN))
    found = reveal(vault, iban, name)
    assert [each.value for each in found] == ["DE89 3704 0044 0532 0130 00", NAME]
    assert [each.token for each in found] == [iban, name]


def test_nothing_is_written_when_a_value_is_tokenised_again(vault: FakeVault) -> None:
    first = tokenise(vault, entry(), entry("zoe strauß", "customer-2"))
    writes = vault.tokens.writes, vault.subjects.writes
    assert tokenise(vault, entry("ZOË  STRAUSS"), entry("zoe strauß", "customer-2")) == first
    assert (vault.tokens.writes, vault.subjects.writes) == writes == (2, 2)


def test_tokens_differ_when_tenants_or_kinds_do(vault: FakeVault) -> None:
    made = [*tokenise(vault, entry(), entry(kind=ValueKind.ADDRESS)), *tokenise(vault, entry(), tenant=BOB.participant)]
    assert len(set(made)) == 3


def test_one_value_is_kept_once_when_a_request_names_it_twice(vault: FakeVault) -> None:
    first, second = tokenise(vault, entry(), entry())
    assert first == second
    assert vault.tokens.writes == 1


def test_no_clear_value_is_at_rest_when_values_are_tokenised(vault: FakeVault) -> None:
    tokenise(vault, entry())
    stored = [sealed for holders in vault.tokens.items.values() for sealed in holders.values()]
    assert len(stored) == 1
    assert NAME.encode() not in stored[0]
    assert "customer-1" not in str(vault.subjects.items) + str(vault.tokens.items)


def test_detokenisation_is_on_record_when_values_leave(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    reveal(vault, token)
    assert vault.trail.told == [
        ("detokenise", "participant-a", {"request": "request-1", "purpose": "investigation", "tokens": token})
    ]
    assert NAME not in str(vault.trail.events)


def test_nothing_leaves_when_the_chain_does_not_take_the_event(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    vault.trail.fails = True
    with pytest.raises(AuditUnavailable):
        reveal(vault, token)


def test_foreign_token_is_as_unknown_as_one_that_never_was_when_it_is_asked_for(vault: FakeVault) -> None:
    (foreign,) = tokenise(vault, entry(), tenant=BOB.participant)
    never = foreign[:-4] + "aaaa"
    assert reveal(vault, foreign, never) == (
        Revealed(foreign, TokenStatus.UNKNOWN),
        Revealed(never, TokenStatus.UNKNOWN),
    )
    ((action, actor, details),) = vault.trail.told
    assert (action, actor, details["reason"]) == ("denied", "participant-a", "unknown")
    assert details["tokens"] == f"{foreign} {never}"


def test_both_are_on_record_when_some_of_the_tokens_are_denied(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    unknown = token[:-4] + "aaaa"
    reveal(vault, unknown, token)
    assert sorted((action, details["tokens"]) for action, _, details in vault.trail.told) == [
        ("denied", unknown),
        ("detokenise", token),
    ]


def test_nothing_is_read_when_the_allowance_is_used_up(vault: FakeVault) -> None:
    first, second = tokenise(vault, entry(), entry(kind=ValueKind.ADDRESS))
    vault.allowances.left = 1
    with pytest.raises(AllowanceUsedUp) as refused:
        reveal(vault, first, second)
    assert refused.value.retry_after_seconds == 45
    assert vault.trail.told == [
        (
            "denied",
            "participant-a",
            {"request": "request-1", "operation": "detokenise", "reason": "allowance used up", "count": "2"},
        )
    ]
    assert statuses(vault, first) == [TokenStatus.FOUND]


def test_erased_subjects_values_are_unreadable_in_both_regions_when_one_erased_it(vault: FakeVault) -> None:
    gone, kept = tokenise(vault, entry(), entry("1 High Street", "customer-2", ValueKind.ADDRESS))
    other = vault.region()
    assert vault.region().erase(asker=ALICE, subject="customer-1") == NOW
    for region in (other, vault.region()):
        found = region.detokenise(asker=ALICE, purpose=PURPOSE, tokens=(gone, kept))
        assert [each.status for each in found] == [TokenStatus.ERASED, TokenStatus.FOUND]
    assert ("erase", "participant-a") in [(action, actor) for action, actor, _ in vault.trail.told]


def test_first_erasure_counts_when_a_subject_is_erased_again(vault: FakeVault) -> None:
    vault.region().erase(asker=ALICE, subject="customer-1")
    vault.clock.at = NOW.replace(hour=13)
    assert vault.region().erase(asker=ALICE, subject="customer-1") == NOW


def test_nothing_is_erased_when_the_chain_does_not_take_the_event(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    vault.trail.fails = True
    with pytest.raises(AuditUnavailable):
        vault.region().erase(asker=ALICE, subject="customer-1")
    vault.trail.fails = False
    assert statuses(vault, token) == [TokenStatus.FOUND]


def test_nothing_is_kept_when_one_of_the_values_is_an_erased_subjects(vault: FakeVault) -> None:
    vault.region().erase(asker=ALICE, subject="customer-1")
    with pytest.raises(SubjectsErased) as refused:
        tokenise(vault, entry("1 High Street", "customer-2", ValueKind.ADDRESS), entry())
    assert refused.value.places == (1,)
    assert (vault.tokens.writes, vault.subjects.writes) == (0, 0)


def test_another_tenants_subject_lives_when_one_of_the_same_reference_is_erased(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    vault.region().erase(asker=BOB, subject="customer-1")
    assert statuses(vault, token) == [TokenStatus.FOUND]


def test_shared_value_stays_readable_when_one_of_its_subjects_is_erased(vault: FakeVault) -> None:
    (token,) = set(tokenise(vault, entry(), entry(subject="customer-2")))
    vault.region().erase(asker=ALICE, subject="customer-1")
    assert statuses(vault, token) == [TokenStatus.FOUND]
    vault.region().erase(asker=ALICE, subject="customer-2")
    assert statuses(vault, token) == [TokenStatus.ERASED]


def test_an_erased_subject_makes_room_when_a_value_has_as_many_as_are_kept(vault: FakeVault) -> None:
    (token,) = set(tokenise(vault, *(entry(subject=f"customer-{each}") for each in range(MAX_HOLDERS))))
    tokenise(vault, entry(subject="one-too-many"))
    assert len(vault.tokens.items[ALICE.participant, token]) == MAX_HOLDERS
    for each in range(MAX_HOLDERS):
        vault.region().erase(asker=ALICE, subject=f"customer-{each}")
    assert statuses(vault, token) == [TokenStatus.ERASED]
    tokenise(vault, entry(subject="newcomer"))
    assert len(vault.tokens.items[ALICE.participant, token]) == MAX_HOLDERS
    assert statuses(vault, token) == [TokenStatus.FOUND]


def test_nothing_leaves_and_it_is_on_record_when_ciphertexts_are_swapped(vault: FakeVault) -> None:
    first, second = tokenise(vault, entry(), entry("Eve Adams"))
    items, tenant = vault.tokens.items, ALICE.participant
    items[tenant, first], items[tenant, second] = items[tenant, second], items[tenant, first]
    with pytest.raises(VaultCorrupted):
        reveal(vault, first)
    ((action, _, details),) = vault.trail.told
    assert (action, details["reason"]) == ("denied", "corrupted")


def test_nothing_leaves_when_a_subjects_key_is_replaced_by_anothers(vault: FakeVault) -> None:
    (token,) = tokenise(vault, entry())
    tokenise(vault, entry("Eve Adams", "customer-2"))
    first, second = vault.subjects.items
    vault.subjects.items[first] = vault.subjects.items[second]
    with pytest.raises(VaultCorrupted):
        reveal(vault, token)
