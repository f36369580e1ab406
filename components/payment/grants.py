"""What each function of the message path may do: one statement for each call that it makes, and no other.

KMS beside it, as each service asks for it of its caller: DynamoDB decrypts the table key; S3 with bucket keys takes a
data key to write and decrypts one to read; SQS and SNS take a data key to send and decrypt it to check it, SQS decrypts
to receive ("Encryption at rest" in the guides of the four services). Each use is bound to its service and Region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, ObjectPrefix, through
from components.payment.message_path import OPEN_INDEX, FunctionName, QueueName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from components.security.audit_reach import AuditReach
    from components.security.vault_access import VaultReach

_DECRYPT = ("kms:Decrypt",)
_SEND = ("kms:Decrypt", "kms:GenerateDataKey")
_WRITE = ("kms:GenerateDataKey",)
HEALTH_KEY_ACTIONS = ("kms:GenerateDataKeyWithoutPlaintext",)
KEY_PURPOSE = "kms:EncryptionContext:purpose"
HEALTH_PURPOSE, ENVELOPE_PURPOSE = "health", "payload"
_RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


@dataclass(frozen=True, slots=True)
class StreamReach:
    """The Region's event stream: cluster and topic as IAM names them, and the table of what is in it.

    `by_iam`: the cluster asks IAM. One that does not knows no permissions.
    """

    cluster_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    published_arn: pulumi.Input[str]
    by_iam: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything of the message path that a function of one Region can be granted. `regions` begins with its own.

    `bucket_arns` and `key_arns` are of every Region: payloads are written to both.
    """

    regions: tuple[str, ...]
    table_arn: pulumi.Input[str]
    leadership_arn: pulumi.Input[str]
    bucket_arns: Mapping[str, pulumi.Input[str]]
    key_arns: Mapping[str, pulumi.Input[str]]
    envelope_key_arn: pulumi.Input[str]
    queue_arns: Mapping[QueueName, pulumi.Input[str]]
    dead_letter_queue_arns: Mapping[QueueName, pulumi.Input[str]]
    tick_queue_arns: Mapping[FunctionName, pulumi.Input[str]]
    topic_arn: pulumi.Input[str]
    ledger_arn: pulumi.Input[str]
    stream: StreamReach
    opposite_events_arn: str
    audit: AuditReach
    vault: VaultReach

    @property
    def home(self) -> str:
        """The function's own Region."""
        return self.regions[0]

    def table(self, *actions: str) -> tuple[Statement, ...]:
        """Calls on the transactions table, on the replica of the own Region."""
        calls = tuple(_call(f"dynamodb:{action}", self.table_arn) for action in actions)
        return (*calls, self.key("TransactionsKey", "dynamodb", self.home, _DECRYPT))

    def open_transactions(self) -> Statement:
        """Look for open transactions by deadline: in the index alone, never in the table."""
        index = pulumi.Output.concat(self.table_arn, "/index/", OPEN_INDEX)
        return _call("dynamodb:Query", index)

    def receive(self, queue: QueueName) -> tuple[Statement, ...]:
        """What Lambda does in the function's name to feed it from its queue, and what it does itself with what fails.

        Give it together with `send`: the key statement there serves both.
        """
        source = Exactly(self.queue_arns[queue])
        return (
            Statement("Receive", "Allow", _RECEIVE, (source,)),
            Statement("DelayNextDelivery", "Allow", ("sqs:ChangeMessageVisibility",), (source,)),
            Statement("Bury", "Allow", ("sqs:SendMessage",), (Exactly(self.dead_letter_queue_arns[queue]),)),
        )

    def send(self, queue: QueueName) -> tuple[Statement, ...]:
        """Hand a message on. The key statement serves receiving as well: it decrypts."""
        return (_call("sqs:SendMessage", self.queue_arns[queue]), self.queue_key())

    def queue_key(self) -> Statement:
        """Send to queues and receive from them."""
        return self.key("QueueKey", "sqs", self.home, _SEND)

    def lead(self) -> Statement:
        """Say that the own Region lives, look at the other, take its lead. The key statement of `table` serves it."""
        calls = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        return Statement("Lead", "Allow", calls, (Exactly(self.leadership_arn),))

    def know_standing(self) -> Statement:
        """Look up who carries the own Region's transactions. The key statement of `table` serves it."""
        return Statement("ReadLeadership", "Allow", ("dynamodb:GetItem",), (Exactly(self.leadership_arn),))

    def ticks(self, function: FunctionName) -> tuple[Statement, ...]:
        """Be fed with ticks, and send more of them. Their queue is under SQS's own key: a tick tells nothing."""
        arn = self.tick_queue_arns[function]
        return (Statement("Receive", "Allow", _RECEIVE, (Exactly(arn),)), _call("sqs:SendMessage", arn))

    def write(self, *prefixes_home: str, everywhere: tuple[str, ...] = ()) -> tuple[Statement, ...]:
        """Put objects under prefixes of the own bucket, and under those of `everywhere` in every Region's bucket."""
        objects = [ObjectPrefix(self.bucket_arns[self.home], prefix) for prefix in prefixes_home]
        objects += [ObjectPrefix(self.bucket_arns[region], prefix) for prefix in everywhere for region in self.regions]
        reached = self.regions if everywhere else self.regions[:1]
        keys = tuple(self.key(_sid("PayloadKey", region), "s3", region, _WRITE) for region in reached)
        return (Statement("PutObject", "Allow", ("s3:PutObject",), tuple(objects)), *keys)

    def read(self, prefix: str) -> tuple[Statement, ...]:
        """Get objects under one prefix, from any Region's bucket: an own copy may be late or lost."""
        objects = tuple(ObjectPrefix(self.bucket_arns[region], prefix) for region in self.regions)
        keys = tuple(self.key(_sid("PayloadKey", region), "s3", region, _DECRYPT) for region in self.regions)
        return (Statement("GetObject", "Allow", ("s3:GetObject",), objects), *keys)

    def answer_from(
        self, message_prefix: str, answer_prefix: str, *, also_copies: bool = False
    ) -> tuple[Statement, ...]:
        """Get messages from any Region's bucket; put answers into each, and copies of messages that it has not."""
        written_prefixes = (message_prefix, answer_prefix) if also_copies else (answer_prefix,)
        read = tuple(statement for statement in self.read(message_prefix) if statement.sid == "GetObject")
        written = self.write(everywhere=written_prefixes)
        put = tuple(statement for statement in written if statement.sid == "PutObject")
        keys = tuple(self.key(_sid("PayloadKey", region), "s3", region, _SEND) for region in self.regions)
        return (*read, *put, *keys)

    def publish(self) -> tuple[Statement, ...]:
        """Tell others about a transaction that ended."""
        return (_call("sns:Publish", self.topic_arn), self.key("TopicKey", "sns", self.home, _SEND))

    def keep_books(self) -> tuple[Statement, ...]:
        """Sign on to the ledger's cluster of the own Region; what is allowed there, its database says."""
        return (_call("dsql:DbConnect", self.ledger_arn),)

    def publish_events(self) -> tuple[Statement, ...]:
        """Append events to the stream, and note what it holds. To append without doubles is a right on the cluster."""
        table = (Exactly(self.stream.published_arn),)
        noted = (
            Statement("Note", "Allow", ("dynamodb:PutItem",), table),
            self.key("PublishedKey", "dynamodb", self.home, _DECRYPT),
        )
        if not self.stream.by_iam:
            return noted
        on_cluster = ("kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently")
        on_topic = ("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData")
        return (
            *noted,
            Statement("Cluster", "Allow", on_cluster, (Exactly(self.stream.cluster_arn),)),
            Statement("Topic", "Allow", on_topic, (Exactly(self.stream.topic_arn),)),
        )

    def sync(self) -> tuple[Statement, ...]:
        """Send events to the opposite Region's queue of them, under that Region's key."""
        (opposite,) = self.regions[1:]
        key = self.key(_sid("QueueKey", opposite), "sqs", opposite, _SEND)
        return (_call("sqs:SendMessage", self.opposite_events_arn), key)

    def observe(self) -> tuple[Statement, ...]:
        """Ask each thing of the own Region whether it answers, and change nothing.

        S3 has no permission of its own for HeadBucket. The keys are used directly, for a data key that comes encrypted
        alone and under a context that opens nothing else.
        """
        context = Condition("StringEquals", KEY_PURPOSE, (HEALTH_PURPOSE,))
        key = (Exactly(self.key_arns[self.home]), Exactly(self.envelope_key_arn))
        return (
            _call("sqs:GetQueueAttributes", self.queue_arns[QueueName.INCOMING]),
            _call("s3:ListBucket", self.bucket_arns[self.home]),
            Statement("UseKey", "Allow", HEALTH_KEY_ACTIONS, key, conditions=(context,)),
        )

    def seal(self) -> Statement:
        """Get data keys that payloads are sealed under, and no others."""
        return self._envelopes("Seal", "kms:GenerateDataKey")

    def unseal(self) -> Statement:
        """Get the data keys that payloads were sealed under, in whichever Region."""
        return self._envelopes("Unseal", "kms:Decrypt")

    def _envelopes(self, sid: str, action: str) -> Statement:
        context = Condition("StringEquals", KEY_PURPOSE, (ENVELOPE_PURPOSE,))
        return Statement(sid, "Allow", (action,), (Exactly(self.envelope_key_arn),), conditions=(context,))

    def key(self, sid: str, service: str, region: str, actions: tuple[str, ...]) -> Statement:
        """Use of a Region's payload key, through one service there."""
        narrowed = (through(region, service),)
        return Statement(sid, "Allow", actions, (Exactly(self.key_arns[region]),), conditions=narrowed)


def _call(action: str, arn: pulumi.Input[str]) -> Statement:
    return Statement(action.split(":")[1], "Allow", (action,), (Exactly(arn),))


def _sid(name: str, region: str) -> str:
    return name + "".join(part.capitalize() for part in region.split("-"))


def _transaction(reach: Reach) -> tuple[Statement, ...]:
    return reach.table("PutItem", "GetItem")


def _intake(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.send(QueueName.INCOMING), reach.seal())


def _incoming(reach: Reach) -> tuple[Statement, ...]:
    return (
        *reach.receive(QueueName.INCOMING),
        *reach.write("refused", everywhere=("incoming",)),
        *reach.table("UpdateItem"),
        *reach.send(QueueName.PROCESSING),
        reach.unseal(),
    )


def _processing(reach: Reach) -> tuple[Statement, ...]:
    return (
        *reach.receive(QueueName.PROCESSING),
        *reach.keep_books(),
        *reach.table("GetItem", "UpdateItem"),
        *reach.answer_from("incoming", "outgoing"),
        *reach.send(QueueName.RELEASING),
        *reach.publish(),
        reach.seal(),
        reach.unseal(),
    )


def _releasing(reach: Reach) -> tuple[Statement, ...]:
    return (
        *reach.receive(QueueName.RELEASING),
        reach.queue_key(),
        *reach.keep_books(),
        *reach.write(everywhere=("outgoing",)),
        *reach.table("UpdateItem"),
        *reach.publish(),
        reach.unseal(),
    )


def _outgoing(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.table("GetItem"), *reach.read("outgoing"), reach.unseal())


def _timeout(reach: Reach) -> tuple[Statement, ...]:
    return (
        *reach.ticks(FunctionName.TIMEOUT),
        *reach.keep_books(),
        reach.open_transactions(),
        *reach.table("GetItem", "UpdateItem"),
        *reach.answer_from("incoming", "outgoing", also_copies=True),
        *reach.publish(),
        reach.seal(),
        reach.unseal(),
    )


def _health(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.observe(), *reach.keep_books(), *reach.table("GetItem"), reach.know_standing())


def _recover(reach: Reach) -> tuple[Statement, ...]:
    ticks, processing = reach.tick_queue_arns[FunctionName.RECOVER], reach.queue_arns[QueueName.PROCESSING]
    return (
        Statement("Receive", "Allow", _RECEIVE, (Exactly(ticks),)),
        Statement("SendMessage", "Allow", ("sqs:SendMessage",), (Exactly(ticks), Exactly(processing))),
        reach.queue_key(),
        *reach.observe(),
        *reach.keep_books(),
        reach.lead(),
        reach.open_transactions(),
        *reach.table("GetItem", "UpdateItem"),
        *reach.answer_from("incoming", "outgoing"),
        *reach.publish(),
        reach.seal(),
        reach.unseal(),
        *reach.audit.append(),
    )


def _publishing(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.receive(QueueName.PAYMENT_EVENTS), reach.queue_key(), *reach.publish_events())


def _syncer(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.receive(QueueName.SYNCING), reach.queue_key(), *reach.sync())


def _attest(reach: Reach) -> tuple[Statement, ...]:
    ticks = Statement("Receive", "Allow", _RECEIVE, (Exactly(reach.tick_queue_arns[FunctionName.ATTEST]),))
    return (ticks, *reach.audit.attest())


def _vault(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.vault.grants(), *reach.audit.append())


def _custody(reach: Reach) -> tuple[Statement, ...]:
    return (*reach.receive(QueueName.CHANGES), reach.queue_key(), *reach.audit.append())


_GRANTS: Mapping[FunctionName, Callable[[Reach], tuple[Statement, ...]]] = {
    FunctionName.TRANSACTION: _transaction,
    FunctionName.INTAKE: _intake,
    FunctionName.INCOMING: _incoming,
    FunctionName.PROCESSING: _processing,
    FunctionName.RELEASING: _releasing,
    FunctionName.OUTGOING: _outgoing,
    FunctionName.TIMEOUT: _timeout,
    FunctionName.HEALTH: _health,
    FunctionName.RECOVER: _recover,
    FunctionName.PUBLISHING: _publishing,
    FunctionName.SYNCER: _syncer,
    FunctionName.ATTEST: _attest,
    FunctionName.VAULT: _vault,
    FunctionName.CUSTODY: _custody,
}


def grants_of(function: FunctionName, reach: Reach) -> tuple[Statement, ...]:
    """The statements of one function's role, without those of its log."""
    return _GRANTS[function](reach)
