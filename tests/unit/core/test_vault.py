"""Values have one form for all their spellings; tokens differ by tenant, kind and value, and tell nothing."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.iso20022.accounts import iban_fault
from lambdas.core.vault.allowance import minute_of, seconds_left
from lambdas.core.vault.kinds import UnacceptableValue, ValueKind, normal_form
from lambdas.core.vault.tokens import TOKEN_FORM, derivation, kind_of, token_of
from tests.unit.service.vault_fakes import NOW

IBAN = "DE89370400440532013000"


def key_of(tenant: str, kind: ValueKind) -> bytes:
    return hmac.digest(b"s" * 32, derivation(1, tenant, kind), hashlib.sha256)


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (ValueKind.IBAN, [IBAN, "de89 3704 0044 0532 0130 00", " DE89-3704-0044-0532-0130-00 "]),
        (ValueKind.ACCOUNT, ["12-34 56/a", "123456/A"]),
        (ValueKind.NAME, ["Zoë  Strauß", "ZOË STRAUSS", "Zoe\u0308 Strauss", "Zo\u200dë Strauß"]),
        (ValueKind.ADDRESS, ["1 High\u00a0Street, Ely", "1 HIGH STREET,  ELY"]),
        (ValueKind.EMAIL, ["Jo@Example.org", " jo@example.org"]),
        (ValueKind.PHONE, ["+44 (20) 7946-0000", "00442079460000"]),
        (ValueKind.NATIONAL_ID, ["ab 12 34 56 c", "AB123456C"]),
    ],
)
def test_normal_form_is_one_when_a_value_is_spelled_differently(kind: ValueKind, spellings: list[str]) -> None:
    assert len({normal_form(kind, each) for each in spellings}) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ValueKind.IBAN, "DE89370400440532013001"),
        (ValueKind.IBAN, "not an iban"),
        (ValueKind.IBAN, ""),
        (ValueKind.ACCOUNT, "12_34"),
        (ValueKind.ACCOUNT, "1" * 35),
        (ValueKind.NAME, " \u00a0 "),
        (ValueKind.NAME, "a" * 141),
        (ValueKind.NAME, "a\nb"),
        (ValueKind.NAME, "a\x00"),
        (ValueKind.NAME, "a\ud800"),
        (ValueKind.NAME, "a\ue000"),
        (ValueKind.NAME, "\u200d"),
        (ValueKind.ADDRESS, "a\x1b[31m"),
        (ValueKind.EMAIL, "a@b@c"),
        (ValueKind.EMAIL, "nobody"),
        (ValueKind.PHONE, "call me"),
        (ValueKind.NATIONAL_ID, "\u202e"),
    ],
)
def test_value_is_refused_without_being_quoted_when_it_is_none_of_its_kind(kind: ValueKind, value: str) -> None:
    with pytest.raises(UnacceptableValue) as refused:
        normal_form(kind, value)
    assert value.strip() == "" or value not in str(refused.value)


@given(st.text(min_size=1, max_size=140), st.sampled_from([ValueKind.NAME, ValueKind.ADDRESS]))
def test_normal_form_is_its_own_normal_form_when_there_is_one(value: str, kind: ValueKind) -> None:
    try:
        normal = normal_form(kind, value)
    except UnacceptableValue:
        return
    if len(normal) <= 140:
        assert normal_form(kind, normal) == normal


@given(
    st.sampled_from(["participant-a", "participant-b"]),
    st.sampled_from(list(ValueKind)),
    st.text(min_size=1, max_size=20),
    st.text(min_size=1, max_size=20),
)
def test_token_is_the_values_alone_when_tenants_kinds_and_values_differ(
    tenant: str, kind: ValueKind, value: str, other: str
) -> None:
    try:
        value.encode(), other.encode()
    except UnicodeEncodeError:
        return
    token = token_of(key_of(tenant, kind), kind, 1, value)
    assert token == token_of(key_of(tenant, kind), kind, 1, value)
    assert TOKEN_FORM.fullmatch(token)
    assert kind_of(token) is kind
    foreign = {"participant-a": "participant-b", "participant-b": "participant-a"}[tenant]
    assert token != token_of(key_of(foreign, kind), kind, 1, value)
    assert all(
        token.rsplit("_", 1)[1] != token_of(key_of(tenant, each), each, 1, value).rsplit("_", 1)[1]
        for each in ValueKind
        if each is not kind
    )
    assert (token == token_of(key_of(tenant, kind), kind, 1, other)) == (value == other)


@pytest.mark.parametrize("kind", list(ValueKind))
def test_token_passes_for_no_account_when_it_is_made(kind: ValueKind) -> None:
    token = token_of(key_of("participant-a", kind), kind, 1, "value")
    assert iban_fault(token.upper()) is not None
    for each in (ValueKind.IBAN, ValueKind.ACCOUNT, ValueKind.EMAIL, ValueKind.PHONE, ValueKind.NATIONAL_ID):
        with pytest.raises(UnacceptableValue):
            normal_form(each, token)


def test_what_is_derived_from_names_version_tenant_and_use_when_a_key_is_made() -> None:
    asked = [
        derivation(1, "a", "iban"),
        derivation(2, "a", "iban"),
        derivation(1, "b", "iban"),
        derivation(1, "a", "x"),
    ]
    assert len(set(asked)) == 4


def test_the_next_minute_is_told_when_one_is_used_up() -> None:
    assert seconds_left(NOW) == 45
    assert minute_of(NOW) * 60 + 60 == int(NOW.timestamp()) + seconds_left(NOW)
