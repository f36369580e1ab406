"""What others do to keys, code, stores and operators, as CloudTrail tells it through EventBridge.

Form: CloudTrail User Guide, "CloudTrail record contents"; EventBridge User Guide, "AWS service events delivered via
AWS CloudTrail". Of a record only who, what, to what and when is taken: never parameters, which may hold anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.documents import Fields, MalformedDocument

KEYS = "kms.amazonaws.com"
_NAMES = ("functionName", "tableName", "bucketName", "groupName", "documentName", "keyId", "targetKeyId")
"""Parameters that say what a call was on, where the record lists no resource."""
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class ObservedChange:
    """One call. call: as `kms.amazonaws.com:PutKeyPolicy`. subjects: ARNs, or names. error: None where it was done."""

    event_id: str
    at: datetime
    call: str
    region: str
    actor: str
    subjects: tuple[str, ...]
    error: str | None

    @classmethod
    def from_json(cls, text: str) -> "ObservedChange":
        """Raises MalformedDocument."""
        detail = Fields.parse(text, "event").section("detail")
        identity = detail.section("userIdentity")
        actor = identity.text_or_none("arn") or identity.text_or_none("invokedBy")
        if actor is None:
            raise MalformedDocument("event.detail.userIdentity: expected arn or invokedBy")
        return cls(
            event_id=detail.text("eventID"),
            at=detail.instant("eventTime"),
            call=f"{detail.text('eventSource')}:{detail.text('eventName')}",
            region=detail.text("awsRegion"),
            actor=actor[:_LONGEST],
            subjects=_subjects(detail),
            error=detail.text_or_none("errorCode"),
        )

    def about(self) -> Mapping[str, str]:
        """What logs tell it by."""
        return {"event_id": self.event_id, "call": self.call}

    def audited(self) -> AuditEvent:
        """As it goes on record: with CloudTrail's own id, by which a repetition is told."""
        source, _, _name = self.call.partition(":")
        details = {"event_id": self.event_id, "call": self.call, "region": self.region}
        if self.subjects:
            details["subjects"] = " ".join(self.subjects)[:_LONGEST]
        if self.error is not None:
            details["error"] = self.error
        action = AuditAction.KEY_USE if source == KEYS else AuditAction.CONFIGURATION
        return AuditEvent(action, self.at, self.actor, details)


def _subjects(detail: Fields) -> tuple[str, ...]:
    listed = tuple(arn for each in detail.sections_or_none("resources") if (arn := each.text_or_none("ARN")))
    if listed:
        return listed
    parameters = detail.section_or_none("requestParameters")
    if parameters is None:
        return ()
    named = (parameters.values.get(name) for name in _NAMES)
    return tuple(value for value in named if isinstance(value, str) and value)
