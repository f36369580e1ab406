"""Small Pulumi projects for tests, and the fakes that deploy them without a cloud."""

from __future__ import annotations

import os
import textwrap
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import ClientError

from simulations.cloud import engine
from simulations.cloud.processes import ProcessRecord
from simulations.cloud.program import Project
from simulations.cloud.progress import Event
from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue, Realised, Realiser
from simulations.cloud.state import DeploymentState, StateStore

QUEUE = "aws:sqs/queue:Queue"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
EMULATOR = ProcessRecord(pid=1, started_at=1.0)

PROVIDER = """
import pulumi
import pulumi_aws as aws

ireland = aws.Provider("eu-west-1", region="eu-west-1", allowed_account_ids=["111122223333"])
there = pulumi.ResourceOptions(provider=ireland)
"""


def make_project(root: Path, program: str, *, stacks: Mapping[str, str] | None = None) -> Project:
    """A project of the environment `dev` whose stacks (by name, with their layers) all run this program."""
    folder = root / "stacks"
    (folder / "environments").mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: small\nruntime: python\nmain: stacks/\nstackConfigDir: stacks/\n")
    (folder / "environments" / "dev.yaml").write_text("environment: dev\n")
    for stack, layer in (stacks or {"dev-foundation": "foundation"}).items():
        config = f"config:\n  small:environment: dev\n  small:layer: {layer}\n"
        (folder / f"Pulumi.{stack}.yaml").write_text(config)
    write_program(root, program)
    return Project.load(root)


def write_program(root: Path, program: str) -> None:
    """Write a stack's program, a second younger than the one before it.

    Python takes bytecode for current by the source's size and its time in whole seconds: two programs of one size,
    written within a second, would be one.
    """
    path = root / "stacks" / "__main__.py"
    written = int(path.stat().st_mtime) + 1 if path.exists() else 0
    path.write_text(PROVIDER + textwrap.dedent(program))
    os.utime(path, (written, written))


@dataclass
class FakeRealiser:
    """Keeps its resources in a dictionary; refuses the names in `refused`."""

    type: str
    replace_on: frozenset[str] = frozenset({"name"})
    refused: frozenset[str] = frozenset()
    secret_output: JsonValue = None
    there: dict[str, Inputs] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        return self._put("create", cloud, inputs)

    def update(
        self,
        cloud: Cloud,
        identity: str,
        old: Inputs,
        new: Inputs,
        outputs: Mapping[str, JsonValue],
    ) -> Realised:
        assert identity in self.there
        return self._put("update", cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        with self._lock:
            self.done.append(("delete", identity))
            del self.there[identity]

    def _put(self, action: str, cloud: Cloud, inputs: Inputs) -> Realised:
        name = str(inputs.get("name", inputs.get("queueUrl")))
        if name in self.refused:
            message = f"{name} is in use"
            raise ClientError({"Error": {"Code": "ResourceInUseException", "Message": message}}, "CreateQueue")
        with self._lock:
            self.done.append((action, name))
            self.there[name] = inputs
        outputs: dict[str, JsonValue] = {"arn": f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{name}", "url": name}
        if self.secret_output is not None:
            outputs["sqsManagedSseEnabled"] = self.secret_output
        return Realised(name, outputs)


@dataclass
class FakeVault:
    """Secrets in a dictionary."""

    kept: dict[str, Mapping[str, JsonValue]] = field(default_factory=dict)

    def put(self, owner: str, secrets: Mapping[str, JsonValue]) -> None:
        self.kept[owner] = dict(secrets)

    def get(self, owner: str) -> Mapping[str, JsonValue]:
        return self.kept[owner]


@dataclass
class Deployments:
    """Deploys a project again and again, each time from what the state file holds."""

    project: Project
    realisers: Mapping[str, Realiser]
    vault: FakeVault = field(default_factory=FakeVault)
    events: list[Event] = field(default_factory=list)

    @property
    def state_path(self) -> Path:
        return self.project.root / "state.json"

    def load(self) -> DeploymentState:
        return StateStore(self.state_path, self.vault).load("dev", EMULATOR)

    def up(self) -> engine.Deployed:
        self.events.clear()
        store = StateStore(self.state_path, self.vault)
        return engine.up(
            "dev", "http://127.0.0.1:1", store.load("dev", EMULATOR), store,
            expected=2, progress=self.events.append, project=self.project, realisers=self.realisers,
        )  # fmt: skip
