"""What is modelled looks like AWS's, and is the same every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simulations.cloud.realisers import MODELLED_ON_PURPOSE, REALISERS
from simulations.cloud.realisers.apart import apart
from simulations.cloud.realisers.modelled import modelled
from simulations.cloud.realisers.modelled_types import FAKE_CREDENTIAL, IDENTITIES

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Inputs, Realised

REGION, ACCOUNT = "eu-west-1", "111122223333"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1234"


def model(type_token: str, inputs: Inputs) -> Realised:
    return modelled(type_token, "messages", inputs, REGION, ACCOUNT)


@pytest.mark.parametrize(
    ("type_token", "inputs", "form"),
    [
        ("aws:kms/key:Key", {"multiRegion": True}, r"mrk-[0-9a-f]{32}"),
        ("aws:kms/key:Key", {}, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("aws:kms/replicaKey:ReplicaKey", {"primaryKeyArn": KEY_ARN}, r"mrk-1234"),
        ("aws:sqs/queue:Queue", {"name": "q.fifo"}, r"https://sqs\.eu-west-1\.amazonaws\.com/111122223333/q\.fifo"),
        ("aws:sns/topic:Topic", {"name": "t"}, r"arn:aws:sns:eu-west-1:111122223333:t"),
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, r"b"),
        ("aws:apigateway/restApi:RestApi", {"name": "a"}, r"[0-9a-z]{10}"),
        ("aws:cognito/userPool:UserPool", {"name": "p"}, r"eu-west-1_[0-9a-z]{9}"),
        ("aws:cognito/userPoolClient:UserPoolClient", {"name": "c"}, r"[0-9a-z]{26}"),
        (
            "aws:secretsmanager/secret:Secret",
            {"name": "s"},
            r"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-[0-9a-z]{6}",
        ),
        ("aws:route53/zone:Zone", {"name": "z.example"}, r"Z[0-9A-Z]{20}"),
        ("aws:route53/record:Record", {"zoneId": "Z1", "name": "a.example", "type": "CNAME"}, r"Z1_a\.example_CNAME"),
        (
            "aws:acm/certificate:Certificate",
            {"domainName": "a.example"},
            r"arn:aws:acm:eu-west-1:111122223333:certificate/[0-9a-f-]{36}",
        ),
        (
            "aws:arcregionswitch/plan:Plan",
            {"name": "p"},
            r"arn:aws:arc-region-switch::111122223333:plan/p:[0-9a-z]{6}",
        ),
        ("aws:wafv2/webAcl:WebAcl", {"name": "w"}, r"[0-9a-f-]{36}"),
        (
            "aws:wafv2/webAclAssociation:WebAclAssociation",
            {"webAclArn": "arn:acl", "resourceArn": "arn:stage"},
            r"arn:acl,arn:stage",
        ),
        ("aws:glue/job:Job", {"name": "j"}, r"j"),
    ],
)
def test_id_has_the_form_of_its_type(type_token: str, inputs: Inputs, form: str) -> None:
    assert re.fullmatch(form, model(type_token, inputs).id)


@pytest.mark.parametrize(
    ("type_token", "inputs", "output", "expected"),
    [
        ("aws:iam/role:Role", {"name": "r"}, "arn", "arn:aws:iam::111122223333:role/r"),
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, "bucketRegionalDomainName", "b.s3.eu-west-1.amazonaws.com"),
        ("aws:dynamodb/table:Table", {"name": "t"}, "arn", "arn:aws:dynamodb:eu-west-1:111122223333:table/t"),
        ("aws:lambda/function:Function", {"name": "f", "publish": True}, "version", "1"),
        (
            "aws:lambda/alias:Alias",
            {"name": "live", "functionName": "f"},
            "arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:f:live",
        ),
        (
            "aws:apigateway/stage:Stage",
            {"restApi": "abcdefghij", "stageName": "v1"},
            "invokeUrl",
            "https://abcdefghij.execute-api.eu-west-1.amazonaws.com/v1",
        ),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/l"}, "arn", "arn:aws:logs:eu-west-1:111122223333:log-group:/l"),
        ("aws:shield/protection:Protection", {"name": "p"}, "name", "p"),
        ("aws:lb/loadBalancer:LoadBalancer", {"name": "n"}, "arn",
         "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/n"),
    ],
)  # fmt: skip
def test_output_is_as_aws_would_give_it(type_token: str, inputs: Inputs, output: str, expected: str) -> None:
    assert model(type_token, inputs).outputs[output] == expected


def test_ids_differ_when_resources_differ() -> None:
    names = [modelled("aws:kms/key:Key", name, {}, region, ACCOUNT).id for name in "ab" for region in ("x", "y")]
    assert len(set(names)) == 4
    assert modelled("aws:kms/key:Key", "a", {}, "x", ACCOUNT).id == names[0]


def test_secret_says_that_it_is_none_when_a_client_is_modelled() -> None:
    client = model("aws:cognito/userPoolClient:UserPoolClient", {"name": "c", "generateSecret": True})
    assert client.outputs["clientSecret"] == FAKE_CREDENTIAL


def test_name_is_made_up_as_pulumi_does_when_none_is_given() -> None:
    assert re.fullmatch(r"messages-[0-9a-f]{7}", str(model("aws:sqs/queue:Queue", {}).outputs["name"]))


def test_every_realised_type_is_modelled_with_its_own_form() -> None:
    assert IDENTITIES.keys() == REALISERS.keys() | MODELLED_ON_PURPOSE.keys()


def test_realiser_stands_under_its_own_type() -> None:
    assert {token: realiser.type for token, realiser in REALISERS.items()} == {token: token for token in REALISERS}


def test_tables_are_refused_when_two_have_one_type() -> None:
    assert apart({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match=r"in more than one table: a$"):
        apart({"a": 1, "b": 2}, {"a": 1})
