"""A signed word on where a chain stood at a moment: what was cut off or written anew behind it shows against it."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from lambdas.core.audit.record import Place
from lambdas.core.documents import Fields, JsonValue, MalformedDocument, instant_text

_DOMAIN = b"twinrail audit head 1\n"


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Chain, place and moment: all of them are signed, so that no head speaks for another chain."""

    chain: str
    place: Place
    at: datetime

    def signed_bytes(self) -> bytes:
        """What is signed: less than the 4,096 bytes that KMS takes and hashes itself."""
        document = json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return _DOMAIN + document.encode("ascii")

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {
            "chain": self.chain,
            "sequence": self.place.sequence,
            "hash": self.place.hash,
            "at": instant_text(self.at),
        }

    @classmethod
    def read(cls, fields: Fields) -> "AuditHead":
        """From its JSON form; raises MalformedDocument."""
        place = Place(fields.whole_number("sequence"), fields.text("hash"))
        return cls(fields.text("chain"), place, fields.instant("at"))


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head and its signature: ECDSA on P-384 with SHA-384, DER."""

    head: AuditHead
    signature: bytes

    def to_json(self) -> str:
        """One JSON object on one line."""
        signature = base64.b64encode(self.signature).decode("ascii")
        return json.dumps({**self.head.document(), "signature": signature}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> "SignedHead":
        """Raises MalformedDocument."""
        fields = Fields.parse(text, "head")
        try:
            signature = base64.b64decode(fields.text("signature"), validate=True)
        except binascii.Error as error:
            raise MalformedDocument("head.signature: expected base64") from error
        return cls(AuditHead.read(fields), signature)
