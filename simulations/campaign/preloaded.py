"""What the fork server has in memory before the first fork: handlers, schemas, descriptions of AWS's services.

Nothing here opens a connection or reads a setting: children do, each for itself.
"""

import importlib
import os
import random
from datetime import UTC, date, datetime

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from lambdas.adapters.iso20022.codec import Iso20022Codec, NamespacePolicy
from simulations.traffic.payments import credit_transfer

FUNCTIONS = ("transaction", "intake", "incoming", "processing", "releasing", "outgoing", "timeout", "health", "recover")


def load() -> None:
    """Import the handlers, compile the schemas that most payments need, read the services' descriptions."""
    for function in FUNCTIONS:
        importlib.import_module(f"lambdas.functions.{function}.handler")
    _compile_schemas()
    _read_services()


def _compile_schemas() -> None:
    codec = Iso20022Codec(namespace_policy=NamespacePolicy.STRICT)
    day = datetime(2026, 1, 12, tzinfo=UTC)
    assessment = codec.assess(
        credit_transfer(random.Random(1), day),
        content_type="application/xml",
        message_type=None,
        today=date(2026, 1, 12),
    )
    codec.answer(assessment, answer_id="preloaded", created_at=day)


def _read_services() -> None:
    session = botocore.session.get_session()
    for service in ("dynamodb", "s3", "sns", "sqs", "dsql", "kms"):
        session.create_client(service, region_name="eu-west-1", config=Config(signature_version=UNSIGNED))
    # What it has read is read for every child.
    botocore.session.get_session = lambda *_: session


os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
load()
