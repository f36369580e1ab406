"""Deploying from what is recorded to what a program asks for, with realisers that keep a dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.cloud.errors import DeployError, EngineError
from simulations.cloud.progress import Action, Counts
from tests.simulation.cloud.projects import POLICY, QUEUE, Deployments, FakeRealiser, make_project, write_program

QUEUE_AND_POLICY = """
queue = aws.sqs.Queue("queue", name="{name}", delay_seconds={delay}, opts=there)
aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy="{{}}", opts=there)
pulumi.export("url", queue.url)
"""


class Small:
    """A project of a queue and its policy, and what was done to make it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.queues = FakeRealiser(QUEUE)
        self.policies = FakeRealiser(POLICY, replace_on=frozenset({"queueUrl"}))
        project = make_project(root, QUEUE_AND_POLICY.format(name="first", delay=0))
        self.deployments = Deployments(project, {QUEUE: self.queues, POLICY: self.policies})

    def up(self, program: str = "") -> Counts:
        if program:
            write_program(self.root, program)
        self.queues.done.clear()
        self.policies.done.clear()
        return self.deployments.up().counts

    def fails(self, program: str = "") -> DeployError:
        with pytest.raises(DeployError) as caught:
            self.up(program)
        return caught.value

    @property
    def done(self) -> list[tuple[str, str]]:
        return self.queues.done + self.policies.done


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


def test_everything_is_created_when_nothing_is_there(small: Small) -> None:
    assert small.up() == Counts(created=2)
    assert small.queues.there.keys() == {"first"}


def test_nothing_is_done_when_nothing_changed(small: Small) -> None:
    small.up()
    counts = small.up()
    assert counts == Counts(unchanged=2)
    assert counts.nothing_changed
    assert small.done == []


def test_only_the_changed_resource_is_updated_when_an_input_changes(small: Small) -> None:
    small.up()
    assert small.up(QUEUE_AND_POLICY.format(name="first", delay=5)) == Counts(updated=1, unchanged=1)
    assert small.queues.there["first"]["delaySeconds"] == 5


def test_what_hangs_on_it_is_created_anew_when_a_resource_is_replaced(small: Small) -> None:
    small.up()
    assert small.up(QUEUE_AND_POLICY.format(name="second", delay=0)) == Counts(replaced=2)
    assert small.queues.done == [("delete", "first"), ("create", "second")]
    assert small.policies.done == [("delete", "first"), ("create", "second")]


def test_the_rest_is_deleted_when_the_program_no_longer_asks_for_it(small: Small) -> None:
    small.up()
    assert small.up("pulumi.export('url', 'none')") == Counts(deleted=2)
    assert small.queues.there == small.policies.there == {}
    told = [event.name for event in small.deployments.events if event.action is Action.DELETED]
    assert told == ["policy", "queue"]


def test_progress_counts_up_to_what_is_expected_when_resources_are_created(small: Small) -> None:
    small.up()
    finished = [event for event in small.deployments.events if event.action is Action.CREATED]
    assert [(event.name, event.done, event.expected) for event in finished] == [("queue", 1, 2), ("policy", 2, 2)]


def test_the_error_names_urn_code_and_what_to_do_when_a_resource_fails(small: Small) -> None:
    small.queues.refused = frozenset({"first"})
    error = small.fails()
    assert error.urn == "urn:pulumi:dev-foundation::small::aws:sqs/queue:Queue::queue"
    assert (error.code, error.action) == ("ResourceInUseException", "create")
    assert "first is in use" in str(error)
    assert "twinrail down" in error.hint


def test_nothing_more_is_deployed_and_the_rest_continues_later_when_a_resource_fails(small: Small) -> None:
    small.policies.refused = frozenset({"first"})
    small.fails()
    assert small.policies.there == {}
    small.policies.refused = frozenset()
    assert small.up() == Counts(created=1, unchanged=1)


def test_what_was_deployed_is_kept_when_the_program_fails_afterwards(small: Small) -> None:
    with pytest.raises(EngineError, match="too late"):
        small.up(QUEUE_AND_POLICY.format(name="first", delay=0) + "raise ValueError('too late')")
    assert small.up(QUEUE_AND_POLICY.format(name="first", delay=0)).deleted == 0
    assert small.queues.there.keys() == {"first"}


def test_a_resource_is_modelled_when_its_type_has_no_realiser(small: Small) -> None:
    topic = 'topic = aws.sns.Topic("topic", name="topic", opts=there)\npulumi.export("arn", topic.arn)'
    counts = small.up(topic)
    assert counts == Counts(created=1)
    (resource,) = small.deployments.load().stacks["dev-foundation"].resources.values()
    assert not resource.realised
    assert small.deployments.load().stacks["dev-foundation"].exports["arn"] == resource.outputs["arn"]


def test_a_protected_resource_stays_when_the_program_no_longer_asks_for_it(small: Small) -> None:
    protected = pulumi_options("protect=True")
    small.up(f'aws.sqs.Queue("queue", name="first", opts={protected})')
    error = small.fails("pulumi.export('url', 'none')")
    assert error.code == "ProtectedError"
    assert small.queues.there.keys() == {"first"}


def test_code_is_deployed_again_when_what_is_in_the_package_changes(small: Small) -> None:
    package = small.root / "package"
    package.mkdir()
    (package / "module.py").write_text("x = 1")
    program = f'aws.lambda_.LayerVersion("layer", layer_name="l", code=pulumi.FileArchive("{package}"), opts=there)'
    assert small.up(program) == Counts(created=1)
    assert small.up(program) == Counts(unchanged=1)
    (package / "module.py").write_text("x = 2")
    assert small.up(program) == Counts(updated=1)


def test_the_error_says_what_to_make_when_the_package_is_not_built(small: Small) -> None:
    error = small.fails('aws.lambda_.LayerVersion("l", layer_name="l", code=pulumi.FileArchive("no.zip"), opts=there)')
    assert error.code == "PackageNotBuiltError"
    assert "make dist/local/manifest.json" in error.hint


def test_no_secret_is_written_and_yet_it_is_known_again_when_the_state_is_read(small: Small) -> None:
    small.queues.secret_output = "whisper"
    hidden = 'tags={"a": pulumi.Output.secret("hush")}'
    outputs = pulumi_options('additional_secret_outputs=["sqsManagedSseEnabled"]')
    small.up(f'queue = aws.sqs.Queue("q", name="q", {hidden}, opts={outputs})\npulumi.export("tags", queue.tags)')
    written = small.deployments.state_path.read_text()
    assert "hush" not in written
    assert "whisper" not in written
    assert small.up() == Counts(unchanged=1)
    stack = small.deployments.load().stacks["dev-foundation"]
    (resource,) = stack.resources.values()
    assert resource.inputs["tags"] == stack.exports["tags"] == {"a": "hush"}
    assert resource.outputs["sqsManagedSseEnabled"] == "whisper"


def test_the_state_is_for_its_owner_alone_when_it_is_written(small: Small) -> None:
    small.up()
    assert small.deployments.state_path.stat().st_mode & 0o777 == 0o600


def pulumi_options(options: str) -> str:
    return f"pulumi.ResourceOptions(provider=ireland, {options})"
