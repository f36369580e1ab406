"""Grants against calls: what agrees, what does not, and how it is said."""

from __future__ import annotations

from simulations.permissions.comparison import NOTHING, Evidence, Grant, SeenCall, faults
from simulations.permissions.unseen import Unseen

TABLE = "arn:aws:dynamodb:{home}:000000000000:table/twinrail-dev-transactions"
OBJECTS = "arn:aws:s3:::twinrail-dev-payloads-{home}-000000000000/incoming/*"
PUT = Grant("incoming", "s3:PutObject", OBJECTS, through_service=False)
KEY = Grant("incoming", "kms:Decrypt", "arn:aws:kms:{home}:000000000000:key/k", through_service=True)
CALLED = SeenCall("incoming", "s3:PutObject", OBJECTS.replace("*", "{id}/{id}"), allowed=True)
THROUGH = Unseen(("*",), "kms:*", "*", through_service=True, because="by a service")


def of(*parts: Grant | SeenCall) -> Evidence:
    return Evidence(
        frozenset(part for part in parts if isinstance(part, Grant)),
        frozenset(part for part in parts if isinstance(part, SeenCall)),
    )


def test_nothing_is_said_when_grants_and_calls_agree() -> None:
    assert faults(of(PUT, CALLED), []) == []
    assert faults(NOTHING, []) == []


def test_the_function_and_its_call_are_named_when_no_statement_grants_it() -> None:
    (sentence,) = faults(of(PUT, CALLED, SeenCall("incoming", "dynamodb:Scan", TABLE, allowed=True)), [])
    assert sentence.startswith(f"incoming: called dynamodb:Scan on {TABLE} and no statement")


def test_a_refused_call_is_named_when_it_was_seen() -> None:
    (sentence,) = faults(of(PUT, CALLED, CALLED._replace(allowed=False)), [])
    assert "was refused" in sentence


def test_a_call_needs_a_grant_of_its_own_when_another_function_has_it() -> None:
    said = faults(of(PUT, CALLED, CALLED._replace(function="intake")), [])
    assert [sentence.partition(":")[0] for sentence in said] == ["intake"]


def test_a_call_elsewhere_needs_another_grant_when_only_one_prefix_is_granted() -> None:
    elsewhere = CALLED._replace(resource=OBJECTS.replace("incoming/*", "outgoing/{id}/{id}"))
    assert len(faults(of(PUT, CALLED, elsewhere), [])) == 1


def test_a_grant_is_named_when_no_call_was_seen() -> None:
    (sentence,) = faults(of(PUT), [])
    assert sentence.startswith(f"incoming: may call s3:PutObject on {OBJECTS} and was not seen to")
    assert "unseen.toml" in sentence


def test_a_grant_needs_no_call_when_a_line_says_why() -> None:
    assert faults(of(PUT, CALLED, KEY), [THROUGH]) == []


def test_a_direct_call_is_no_use_of_a_grant_when_that_is_for_services_alone() -> None:
    said = faults(of(KEY, SeenCall("incoming", KEY.action, KEY.resource, allowed=True)), [THROUGH])
    assert len(said) == 1
    assert "no statement" in said[0]


def test_a_direct_use_of_a_key_is_not_explained_when_the_line_is_for_services() -> None:
    assert len(faults(of(KEY, KEY._replace(through_service=False)), [THROUGH])) == 1


def test_a_line_is_named_when_it_explains_no_grant() -> None:
    (sentence,) = faults(of(PUT, CALLED), [THROUGH])
    assert sentence.startswith("unseen.toml: kms:* of *")
