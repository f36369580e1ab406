"""The scan over the deployed hub: what is planted is found wherever it is; what the samples say is found nowhere."""

from __future__ import annotations

import base64
import json
import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
from psycopg.conninfo import make_conninfo

from simulations.checkers.sources import SourceUnreadable
from simulations.cloud import running
from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.postgres import ADMIN, ledger_parameters
from simulations.operations.scanning import scan, values_of
from simulations.scan.search import Report
from simulations.scan.values import Kind, Value, comparable
from simulations.traffic.references import OwnReferences
from simulations.traffic.samples import load_samples
from simulations.traffic.sending import send_message
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import broken, ended, settle, stopped

PLANTED = "Quillon Marsh Pottery 4711"
VALUE = Value(comparable(PLANTED), Kind.NAME, "planted")
REGION = "eu-west-2"
GROUP, TABLE, TOPIC = "/planted", "planted", "planted"


def look(hub: Hub, *values: Value) -> Report:
    return scan(running.deployed(home=hub.home), hub.home, values)


def wrapped() -> str:
    return base64.b64encode(zlib.compress(json.dumps({"name": PLANTED.upper()}).encode())).decode()


@contextmanager
def an_object(hub: Hub) -> Iterator[None]:
    """An old version of an object, that a newer one hides."""
    s3 = hub.aws("s3", REGION)
    s3.create_bucket(Bucket="planted", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="planted", VersioningConfiguration={"Status": "Enabled"})
    versions = [s3.put_object(Bucket="planted", Key="a", Body=body)["VersionId"] for body in (wrapped(), "nothing")]
    yield
    for version in versions:
        s3.delete_object(Bucket="planted", Key="a", VersionId=version)
    s3.delete_bucket(Bucket="planted")


@contextmanager
def a_tag(hub: Hub) -> Iterator[None]:
    s3 = hub.aws("s3", REGION)
    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="tagged", Key="a", Body="nothing", Tagging=f"party={PLANTED.replace(' ', '+')}")
    yield
    s3.delete_object(Bucket="tagged", Key="a")
    s3.delete_bucket(Bucket="tagged")


@contextmanager
def an_item(hub: Hub) -> Iterator[None]:
    """An attribute deep in an item, and the change of it in the table's stream."""
    dynamodb = hub.aws("dynamodb", REGION)
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    deep = {"L": [{"M": {"reason": {"S": f"refused: {PLANTED}"}}}]}
    dynamodb.put_item(TableName=TABLE, Item={"id": {"S": "1"}, "history": deep})
    yield
    dynamodb.delete_table(TableName=TABLE)


@contextmanager
def a_message(hub: Hub) -> Iterator[None]:
    """A message of a queue, in flight."""
    sqs = hub.aws("sqs", REGION)
    url = sqs.create_queue(QueueName="planted")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"payload": wrapped()}))
    received = sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"]
    assert len(received) == 1
    yield
    sqs.delete_queue(QueueUrl=url)


@contextmanager
def a_log_event(hub: Hub) -> Iterator[None]:
    logs = hub.aws("logs", REGION)
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="a")
    event = {"timestamp": 1_764_000_000_000, "message": f"[ERROR] cannot parse <Nm>{PLANTED}</Nm>"}
    logs.put_log_events(logGroupName=GROUP, logStreamName="a", logEvents=[event])
    yield
    logs.delete_log_group(logGroupName=GROUP)


@contextmanager
def a_secret(hub: Hub) -> Iterator[None]:
    manager = hub.aws("secretsmanager", REGION)
    manager.create_secret(Name="planted", Description=PLANTED, SecretString="-")
    yield
    manager.delete_secret(SecretId="planted", ForceDeleteWithoutRecovery=True)


@contextmanager
def a_recorded_call(hub: Hub) -> Iterator[None]:
    """The emulator records calls where it is told to; what it has recorded stays."""
    endpoint, recording = hub.status["aws_endpoint"], "cloudtrail._recording_enabled"
    hub.http.post(f"{endpoint}/_ministack/config", json={recording: True}).raise_for_status()
    hub.aws("sqs", REGION).create_queue(QueueName="recorded", tags={"note": wrapped()})
    hub.http.post(f"{endpoint}/_ministack/config", json={recording: False}).raise_for_status()
    yield
    sqs = hub.aws("sqs", REGION)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="recorded")["QueueUrl"])


@contextmanager
def a_metric(hub: Hub) -> Iterator[None]:
    dimensions = [{"Name": "Creditor", "Value": PLANTED}]
    data = [{"MetricName": "Payments", "Value": 1, "Dimensions": dimensions}]
    hub.aws("cloudwatch", REGION).put_metric_data(Namespace="Planted", MetricData=data)
    yield


@contextmanager
def a_row(hub: Hub) -> Iterator[None]:
    with psycopg.connect(make_conninfo("", **ledger_parameters(hub.ledger_port, ADMIN)), autocommit=True) as connection:
        connection.execute("create table planted (id int, note text)")
        connection.execute("insert into planted values (1, %s)", (PLANTED,))
        yield
        connection.execute("drop table planted")


@contextmanager
def a_record(hub: Hub) -> Iterator[None]:
    """In a topic of its own: a stream forgets nothing on request."""
    servers = hub.exports[f"dev-{REGION}"]["event_stream"]["bootstrap_servers"]
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=servers)
    producer.send(TOPIC, b"-", headers=[("note", PLANTED.encode())]).get(timeout=30)
    producer.close()
    yield


@contextmanager
def a_file(hub: Hub) -> Iterator[None]:
    path = hub.home / "dev" / "planted.json"
    path.write_text(json.dumps({"exports": {"note": PLANTED}}))
    yield
    path.unlink()


PLACES = {
    f"s3 {REGION} planted": an_object,
    f"s3 {REGION} tagged": a_tag,
    f"dynamodb {REGION} {TABLE}": an_item,
    f"sqs {REGION} planted": a_message,
    f"logs {REGION} {GROUP}": a_log_event,
    f"secretsmanager {REGION}": a_secret,
    f"cloudtrail {REGION}": a_recorded_call,
    f"cloudwatch {REGION} Planted": a_metric,
    "ledger public.planted": a_row,
    f"stream {REGION} {TOPIC}": a_record,
    "file */*.json": a_file,
}


def test_a_value_is_found_in_every_kind_of_place_when_it_is_planted_there(hub: Hub) -> None:
    with ExitStack() as planted:
        for plant in PLACES.values():
            planted.enter_context(plant(hub))
        report = look(hub, VALUE)
    found = {each.store for each in report.findings}
    assert found == {*PLACES, f"dynamodb stream {REGION} {TABLE}"}
    assert comparable(PLANTED) not in comparable(json.dumps(report.document()))


def test_every_kind_of_place_is_read_when_the_hub_is_scanned(hub: Hub) -> None:
    sample = load_samples()[0]
    for region in REGIONS:
        message = OwnReferences(random.SystemRandom()).of(sample.message)
        send_message(hub.client(region), message, patience_seconds=30)
    read = look(hub, VALUE).read
    for region in REGIONS:
        for kind in ("s3", "dynamodb", "logs", "stream", "secretsmanager"):
            assert any(store.startswith(f"{kind} {region} ") or store == f"{kind} {region}" for store in read), kind
    assert any(store.startswith("ledger ") for store in read)
    assert any(store.startswith("file ") for store in read)


def test_nothing_is_called_clear_when_a_store_cannot_be_read(hub: Hub) -> None:
    with (
        broken(hub, Fault(REGION, FaultKind.SERVICE, services=frozenset({"dynamodb"}))),
        pytest.raises(SourceUnreadable, match=rf"dynamodb of {REGION} cannot be read"),
    ):
        look(hub, VALUE)


SENT = "Brindle Quarry Weavers 8152"
SPOILT = {
    "a name where a number belongs": ("<NbOfTxs>1</NbOfTxs>", f"<NbOfTxs>{SENT}</NbOfTxs>"),
    "a name where a code belongs": ("<ChrgBr>SLEV</ChrgBr>", f"<ChrgBr>{SENT}</ChrgBr>"),
    "a name where a BIC belongs": ("<BICFI>TWRLGB2LXXX", f"<BICFI>{SENT}"),
    "a name as an account": ("<IBAN>GB33BUKB20201555555555", f"<IBAN>{SENT}"),
    "a name as an element": ("<Dbtr>", f"<Dbtr><{SENT.replace(' ', '')}/>"),
    "a name as an attribute": ("<Dbtr>", f'<Dbtr {SENT.split(maxsplit=1)[0]}="{SENT}">'),
    "a name as a namespace": ("urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08", f"urn:{SENT}"),
    "a name as a currency": ('Ccy="EUR"', f'Ccy="{SENT}"'),
    "a name beside what is well-formed": ("</CdtTrfTxInf>", f"</{SENT.replace(' ', '')}>"),
    "a line of its own in the log": ("<Dbtr>", f'<Dbtr>\n{{"level":"INFO","message":"{SENT}"}}\n'),
}


@pytest.mark.attack(
    "Have a party's name logged, recorded or told by sending it where it does not belong",
    refused="the transaction is rejected; reasons, logs, records, ledger and events name the place and the rule",
)
def test_nothing_but_the_payload_has_a_name_when_it_is_sent_where_it_does_not_belong(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    for wrong, (there, instead) in SPOILT.items():
        body = payment().decode()
        assert there in body, wrong
        view = settle(hub, REGION, body.replace(there, instead, 1).encode())
        assert view["status"] == "RJCT", wrong
        assert comparable(SENT) not in comparable(json.dumps(view)), wrong
    places = {each.store.partition(" ")[0] for each in look(hub, Value(comparable(SENT), Kind.NAME, "sent")).findings}
    # Until the functions seal them, payloads are in clear where they are kept, and there alone.
    assert places == set()


def test_nothing_of_the_samples_is_in_clear_when_all_were_sent(hub: Hub) -> None:
    references, samples = OwnReferences(random.SystemRandom()), load_samples()
    for sample in samples:
        send_message(hub.client(random.choice(REGIONS)), references.of(sample.message), patience_seconds=30)
    waiting = hub.client(REGION)
    transaction_id = waiting.open_transaction().transaction_id
    # One waits in a queue, one in flight, and one is archived as refused: the id has had its message.
    with stopped(hub, REGION, "incoming"):
        for sample in samples[:2]:
            message = references.of(sample.message)
            waiting.submit(transaction_id, message.body, content_type=message.content_type)
        assert look(hub, *values_of()).findings == ()
    ended(waiting, transaction_id)
    assert look(hub, *values_of()).findings == ()
