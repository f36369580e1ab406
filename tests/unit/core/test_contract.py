"""What the functions read from the API's document."""

import json

import pytest

from lambdas.adapters.api_contract import OPENAPI_PATH, api_contract
from lambdas.core.contract import ApiContract
from lambdas.core.documents import MalformedDocument
from tests.unit.service.fakes import TRANSACTION_ID


@pytest.mark.parametrize(
    "value",
    [
        "", "x", TRANSACTION_ID.upper(), TRANSACTION_ID + "\n", " " + TRANSACTION_ID, "{" + TRANSACTION_ID + "}",
        TRANSACTION_ID.replace("-", ""), "0b7f1c52-8a3d-1e6f-9b21-5d4c3b2a1908", "0b7f1c52-8a3d-4e6f-cb21-5d4c3b2a1908",
    ],
)  # fmt: skip
def test_an_id_is_malformed_when_it_is_not_a_canonical_uuid_of_version_4(value: str) -> None:
    assert not api_contract().transaction_id.fullmatch(value)


def test_an_id_is_well_formed_when_it_is_a_canonical_uuid_of_version_4() -> None:
    assert api_contract().transaction_id.fullmatch(TRANSACTION_ID)


def test_the_contract_is_refused_when_a_limit_is_not_where_it_belongs() -> None:
    document = json.loads(OPENAPI_PATH.read_text())
    del document["paths"]["/messages"]["post"]["requestBody"]["x-twinrail-max-body-bytes"]
    with pytest.raises(MalformedDocument, match="max-body-bytes"):
        ApiContract.read(json.dumps(document))


def test_the_contract_is_refused_when_a_pattern_is_no_regular_expression() -> None:
    document = json.loads(OPENAPI_PATH.read_text())
    document["components"]["schemas"]["MessageType"]["pattern"] = "("
    with pytest.raises(MalformedDocument, match="MessageType"):
        ApiContract.read(json.dumps(document))
