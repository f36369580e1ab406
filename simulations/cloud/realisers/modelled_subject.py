"""The resource that is modelled, and what can be made up for it: the same values for the same resource every time."""

from __future__ import annotations

import hashlib
import string
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.cloud.realisers.documents import optional_text

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Inputs

SUFFIX_LENGTH = 7
BASE36 = string.digits + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource to be modelled: `name` is its name in the program."""

    type: str
    name: str
    inputs: Inputs
    region: str
    account_id: str

    def hexadecimal(self, length: int, purpose: str = "") -> str:
        """Up to 64 hexadecimal digits of this resource's own."""
        identity = "\n".join([self.type, self.name, self.region, self.account_id, purpose])
        return hashlib.sha256(identity.encode()).hexdigest()[:length]

    def letters(self, length: int, purpose: str = "") -> str:
        """Up to 48 lower-case letters and digits of this resource's own."""
        number, found = int(self.hexadecimal(64, purpose), 16), ""
        while len(found) < length:
            number, digit = divmod(number, len(BASE36))
            found += BASE36[digit]
        return found

    def uuid(self, purpose: str = "") -> str:
        """A version 4 UUID of this resource's own."""
        return str(uuid.UUID(self.hexadecimal(32, purpose), version=4))

    def text(self, name: str, otherwise: str = "") -> str:
        """A text input, or what stands for it when it is not given."""
        return optional_text(self.inputs, name) or otherwise

    def physical(self, name: str = "name") -> str:
        """The resource's name in AWS: given, or made up from its name in the program, as Pulumi does."""
        return self.text(name, f"{self.name}-{self.hexadecimal(SUFFIX_LENGTH)}")

    def arn(self, service: str, resource: str, *, regional: bool = True, owned: bool = True) -> str:
        """An ARN of this account and Region; empty parts where a service has none."""
        return f"arn:aws:{service}:{self.region if regional else ''}:{self.account_id if owned else ''}:{resource}"
