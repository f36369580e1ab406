"""What a realiser is: the seam between an engine that runs a program and the modules that make its resources real.

A realiser turns the inputs of one Pulumi resource type into the AWS calls that create, update and delete it, and gives
the outputs that the real provider would give. It knows no engine, no program and no stack, so that a provider plugin
behind the real CLI can use it too.
"""

from __future__ import annotations

import abc
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.client import BaseClient

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@runtime_checkable
class FileArchive(Protocol):
    """A `.zip` file or a directory, by path; also a single file in an `AssetArchive`.

    `pulumi.FileArchive` and `pulumi.FileAsset` are such.
    """

    path: str


@runtime_checkable
class StringAsset(Protocol):
    """A file's text, UTF-8. `pulumi.StringAsset` is such."""

    text: str


@runtime_checkable
class AssetArchive(Protocol):
    """Files by their name in the archive. `pulumi.AssetArchive` is such."""

    @property
    def assets(self) -> Mapping[str, object]:
        """Each value is again one of the three."""


Archive: TypeAlias = FileArchive | StringAsset | AssetArchive
"""Structural on purpose: what the Pulumi monitor deserialises fits as it is, and a realiser imports no Pulumi."""

Inputs: TypeAlias = Mapping[str, "JsonValue | Archive"]
"""Resolved inputs by their camelCase names. Numbers may be floats (protobuf has no integers). Secrets are unwrapped."""


@dataclass(frozen=True, slots=True)
class Realised:
    """A resource that is there: its provider id, and its outputs by camelCase name (the inputs among them)."""

    id: str
    outputs: dict[str, JsonValue]


def isolated_session() -> boto3.session.Session:
    """A session that reads nothing of the user's AWS configuration: a profile that is missing must not stop a demo."""
    unread = dict.fromkeys(("profile", "config_file", "credentials_file", "region"), (None, None, None, None))
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=unread))


class Clients:
    """boto3 clients, made once each and shared between threads and Regions: making one costs more than a call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session = isolated_session()
        self._clients: dict[tuple[str, ...], BaseClient] = {}

    def get(self, service: str, cloud: Cloud) -> BaseClient:
        """The client of a service for that Region, endpoint and caller."""
        key = (service, cloud.endpoint, cloud.region, cloud.access_key_id)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make(service, cloud)
            return self._clients[key]

    def _make(self, service: str, cloud: Cloud) -> BaseClient:
        settings = Config(
            region_name=cloud.region,
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard"},
            max_pool_connections=16,
            inject_host_prefix=False,
            proxies={},
            s3={"addressing_style": "path"},
            user_agent_extra="twinrail/realisers",
        )
        # boto3-stubs knows services by literal names; this one is known when it runs.
        make: Callable[..., BaseClient] = self._session.client
        return make(
            service,
            endpoint_url=cloud.endpoint,
            aws_access_key_id=cloud.access_key_id,
            aws_secret_access_key=cloud.secret_access_key,
            config=settings,
        )


@dataclass(frozen=True)
class Cloud:
    """One Region of the emulator, as one account sees it.

    `endpoint` is `http://host:port` without a trailing slash, `account_id` twelve digits, `region` the Region that
    calls are signed for.
    """

    endpoint: str
    account_id: str
    region: str
    access_key_id: str = "test"
    secret_access_key: str = field(default="test", repr=False)
    clients: Clients = field(default_factory=Clients, repr=False, compare=False)

    def client(self, service: str) -> BaseClient:
        """The boto3 client of a service, bound to this Region and endpoint; standard retries."""
        return self.clients.get(service, self)

    def in_region(self, region: str) -> Cloud:
        """The same account in another Region: for what spans Regions, as replicas do."""
        return replace(self, region=region)

    def call(self, service: str, operation: str, **parameters: object) -> dict[str, JsonValue]:
        """Call one operation by its boto3 method name, such as `("sqs", "create_queue", QueueName=...)`.

        Parameters that are None are left out. Raises botocore's ClientError untouched.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        answer: dict[str, JsonValue] = getattr(self.client(service), operation)(**given)
        return answer


class Realiser(Protocol):
    """Creates, updates and deletes the resources of one type.

    Create adopts what a crashed run left behind where the resource is identified by its name. Delete of what is gone
    already succeeds. Errors of AWS come through as botocore's ClientError.
    """

    @property
    def type(self) -> str:
        """The Pulumi type token, such as `aws:sqs/queue:Queue`."""

    @property
    def replace_on(self) -> frozenset[str]:
        """Names of inputs whose change means: delete it and create it anew."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Make the resource and give its id and outputs."""

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the resource from its old inputs to its new ones; `outputs` are those of the last create or update."""

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the resource."""


class PutAgain(abc.ABC):
    """What AWS puts whole: an update is the creation again, with the new inputs."""

    @abc.abstractmethod
    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the resource, in place of an earlier one, and give its id and outputs."""

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Put it again."""
        del identity, old, outputs
        return self.create(cloud, new)
