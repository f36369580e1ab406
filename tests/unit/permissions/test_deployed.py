"""Reading grants out of the statements that are deployed."""

from __future__ import annotations

from simulations.permissions.comparison import Grant
from simulations.permissions.deployed import Naming, of_statement

REGIONS = ("eu-west-1", "eu-west-2")
KNOWN = Naming(REGIONS, {"key/mrk-1": "alias/envelopes"})


def test_regions_are_told_by_their_part_when_a_statement_is_read() -> None:
    statement = {"Action": ["s3:GetObject"], "Resource": [f"arn:aws:s3:::p-{region}/in/*" for region in REGIONS]}
    assert set(of_statement(statement, "outgoing", "eu-west-2", KNOWN)) == {
        Grant("outgoing", "s3:GetObject", "arn:aws:s3:::p-{other}/in/*", through_service=False),
        Grant("outgoing", "s3:GetObject", "arn:aws:s3:::p-{home}/in/*", through_service=False),
    }


def test_a_grant_is_for_services_when_its_condition_asks_for_one() -> None:
    condition = {"StringEquals": {"kms:ViaService": ["sqs.eu-west-1.amazonaws.com"]}}
    statement = {"Action": ["kms:Decrypt"], "Resource": ["arn:k"], "Condition": condition}
    assert [each.through_service for each in of_statement(statement, "intake", "eu-west-1", KNOWN)] == [True]
    direct = {"StringEquals": {"kms:EncryptionContext:purpose": ["health"]}}
    (grant,) = of_statement(statement | {"Condition": direct}, "health", "eu-west-1", KNOWN)
    assert not grant.through_service


def test_key_is_told_by_its_alias_when_it_has_one() -> None:
    keys = [f"arn:aws:kms:eu-west-1:000000000000:key/{name}" for name in ("mrk-1", "mrk-2")]
    statement = {"Action": ["kms:Decrypt"], "Resource": keys}
    assert [each.resource for each in of_statement(statement, "intake", "eu-west-1", KNOWN)] == [
        "arn:aws:kms:{home}:000000000000:alias/envelopes",
        "arn:aws:kms:{home}:000000000000:key/mrk-2",
    ]
