"""The copies of messages and answers before a replay: what a bucket lacks is copied, what is wrong is named."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from simulations.checkers.objects import read_stored, sealed_copy
from simulations.checkers.records import ObjectOnRecord
from simulations.checkers.sources import SourceUnreadable
from simulations.operations.replay_report import CopyMade, NotReplayed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambdas.core.transaction import Transaction
    from simulations.checkers.objects import Stored
    from simulations.checkers.sources import HubSources
    from simulations.operations.replay_report import ReplayReport

XML = "application/xml"
MESSAGE, ANSWER = "message", "answer"


def completed(sources: HubSources, transactions: Sequence[Transaction], report: ReplayReport) -> list[Transaction]:
    """The transactions whose message can be read; each bucket of `sources` has it now, and the answer if there is one.

    An answer that no bucket has is named and stays lost: the hub answers once.
    """
    answers = {
        each.transaction_id: ObjectOnRecord(each.answer.key, each.answer.sha256, each.answer.definition, XML)
        for each in transactions
        if each.answer is not None
    }
    messages = {
        each.transaction_id: ObjectOnRecord(
            each.message.key, each.message.sha256, each.message.definition, each.message.content_type
        )
        for each in transactions
        if each.message is not None
    }
    _complete(sources, answers, ANSWER, report)
    sound = _complete(sources, messages, MESSAGE, report)
    return [each for each in transactions if each.transaction_id in sound]


def _complete(
    sources: HubSources, named: Mapping[str, ObjectOnRecord], kind: str, report: ReplayReport
) -> frozenset[str]:
    """The transactions of which every bucket has what is named, by now."""
    sound: set[str] = set()
    for transaction_id, stored in read_stored(sources, named, lambda body, _named: body).items():
        why = _unusable(kind, named[transaction_id], stored)
        if why is not None:
            report.refused.append(NotReplayed(transaction_id, why))
            continue
        there = next(region for region, sha256 in stored.copies.items() if sha256 is not None)
        for region in [each for each, sha256 in stored.copies.items() if sha256 is None]:
            _copy(sources, there, region, named[transaction_id])
            report.copies.append(CopyMade(transaction_id, region, kind))
        sound.add(transaction_id)
    return frozenset(sound)


def _unusable(kind: str, named: ObjectOnRecord, stored: Stored[bytes]) -> str | None:
    there = {region: sha256 for region, sha256 in stored.copies.items() if sha256 is not None}
    if not there:
        lost = "; the hub makes no second one" if kind == ANSWER else ""
        return f"its {kind} is not in the archive of {', '.join(sorted(stored.copies))}{lost}"
    # Whoever reads takes the own Region's copy: one that is wrong is not made good by another.
    wrong = sorted(region for region, sha256 in there.items() if sha256 != named.sha256)
    return f"its {kind} is not the one on record in the archive of {', '.join(wrong)}" if wrong else None


def _copy(sources: HubSources, there: str, region: str, named: ObjectOnRecord) -> None:
    """As it is sealed."""
    body = sealed_copy(sources, there, named.key)
    if body is None:
        raise SourceUnreadable(f"{named.key} was in {there} a moment ago")
    client, bucket = sources.buckets[region]
    client.put_object(
        Bucket=bucket,
        Key=named.key,
        Body=body,
        ContentType=named.content_type or XML,
        # As the hub puts it: S3 refuses what has another sha256.
        ChecksumSHA256=base64.b64encode(hashlib.sha256(body).digest()).decode("ascii"),
    )
