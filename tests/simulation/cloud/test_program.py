"""Running programs under the real Pulumi SDK: what is recorded, and how a failure comes out."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from simulations.cloud import engine
from simulations.cloud.errors import EngineError, UnknownEnvironmentError
from simulations.cloud.graph import UNKNOWN_VALUE, ResourceNode, StackGraph
from simulations.cloud.program import Project
from simulations.cloud.realisers.archives import zip_bytes
from tests.simulation.cloud.projects import POLICY, QUEUE, make_project

TWO_QUEUES = """
class Pair(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("small:queues:Pair", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        dead = aws.sqs.Queue("dead", name="dead", visibility_timeout_seconds=30, opts=inside)
        redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5})
        self.live = aws.sqs.Queue("live", name="live", redrive_policy=redrive, opts=inside)
        self.register_outputs({"url": self.live.url})

pair = Pair("pair", pulumi.ResourceOptions(providers=[ireland]))
pulumi.export("url", pair.live.url)
"""


def plan(project: Project, *, limit_seconds: float = 30.0) -> tuple[StackGraph, ...]:
    return engine.plan("dev", project=project, limit_seconds=limit_seconds)


def named(graph: StackGraph, name: str) -> ResourceNode:
    return next(node for node in graph.nodes if node.name == name)


def failure(root: Path, program: str, *, limit_seconds: float = 30.0) -> str:
    with pytest.raises(EngineError) as caught:
        plan(make_project(root, program), limit_seconds=limit_seconds)
    assert "dev-foundation" in str(caught.value)
    return str(caught.value)


def test_parents_providers_and_dependencies_are_recorded_when_a_program_runs(tmp_path: Path) -> None:
    (graph,) = plan(make_project(tmp_path, TWO_QUEUES))
    component, provider = named(graph, "pair"), named(graph, "eu-west-1")
    dead, live = named(graph, "dead"), named(graph, "live")
    assert live.urn == "urn:pulumi:dev-foundation::small::small:queues:Pair$aws:sqs/queue:Queue::live"
    assert (live.parent, live.provider) == (component.urn, provider.urn)
    assert live.dependencies == (dead.urn,)
    assert live.property_dependencies["redrivePolicy"] == (dead.urn,)
    assert (live.region, live.account_id) == ("eu-west-1", "111122223333")
    assert [node.name for node in graph.resources] == ["dead", "live"]


def test_whole_numbers_stay_whole_when_they_travel_as_floats(tmp_path: Path) -> None:
    (graph,) = plan(make_project(tmp_path, TWO_QUEUES))
    seconds = named(graph, "dead").inputs["visibilityTimeoutSeconds"]
    assert seconds == 30
    assert isinstance(seconds, int)


def test_the_graph_is_the_same_when_a_program_runs_twice(tmp_path: Path) -> None:
    project = make_project(tmp_path, TWO_QUEUES)
    assert plan(project) == plan(project)


def test_no_value_is_unknown_when_a_plan_models_it(tmp_path: Path) -> None:
    (graph,) = plan(make_project(tmp_path, TWO_QUEUES))
    assert UNKNOWN_VALUE not in str(graph)
    assert str(named(graph, "dead").outputs["arn"]) in str(named(graph, "live").inputs["redrivePolicy"])
    assert graph.exports["url"] == named(graph, "live").outputs["url"]


def test_a_stack_reads_what_another_exports_when_it_refers_to_it(tmp_path: Path) -> None:
    program = """
    if pulumi.get_stack() == "dev-foundation":
        pulumi.export("name", "from the foundation")
        pulumi.export("hidden", pulumi.Output.secret("hush"))
    else:
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/dev-foundation"
        foundation = pulumi.StackReference("foundation", stack_name=name)
        pulumi.export("name", foundation.require_output("name"))
        pulumi.export("hidden", foundation.require_output("hidden"))
    """
    project = make_project(tmp_path, program, stacks={"dev-aa": "region", "dev-foundation": "foundation"})
    graphs = plan(project)
    assert [graph.stack for graph in graphs] == ["dev-foundation", "dev-aa"]
    assert graphs[1].exports == {"name": "from the foundation", "hidden": "hush"}
    assert graphs[0].secret_exports == graphs[1].secret_exports == {"hidden"}


def test_nothing_of_one_stack_is_seen_when_the_next_one_runs(tmp_path: Path) -> None:
    program = """
    pulumi.export("layer", pulumi.Config().require("layer"))
    pulumi.export("stack", pulumi.get_stack())
    """
    graphs = plan(make_project(tmp_path, program, stacks={"dev-aa": "region", "dev-foundation": "foundation"}))
    assert [dict(graph.exports) for graph in graphs] == [
        {"layer": "foundation", "stack": "dev-foundation"},
        {"layer": "region", "stack": "dev-aa"},
    ]
    assert pulumi.runtime.get_config("small:layer") is None
    assert pulumi.runtime.get_root_resource() is None


def test_warnings_are_kept_when_a_program_logs_them(tmp_path: Path) -> None:
    (graph,) = plan(make_project(tmp_path, 'pulumi.log.warn("mind the gap")'))
    assert graph.warnings == ("mind the gap",)


def test_account_and_region_are_answered_when_a_program_asks(tmp_path: Path) -> None:
    program = """
    asking = pulumi.InvokeOptions(provider=ireland)
    pulumi.export("account", aws.get_caller_identity_output(opts=asking).account_id)
    pulumi.export("region", aws.get_region_output(opts=asking).region)
    """
    (graph,) = plan(make_project(tmp_path, program))
    assert graph.exports == {"account": "111122223333", "region": "eu-west-1"}


def test_an_archives_path_is_the_programs_when_it_is_relative(tmp_path: Path) -> None:
    program = """
    aws.lambda_.LayerVersion("layer", layer_name="layer", code=pulumi.FileArchive("package"), opts=there)
    """
    project = make_project(tmp_path, program)
    (tmp_path / "stacks" / "package").mkdir()
    (tmp_path / "stacks" / "package" / "module.py").write_text("x = 1")
    (graph,) = plan(project)
    code = named(graph, "layer").inputs["code"]
    assert isinstance(code, pulumi.FileArchive)
    assert code.path == str(tmp_path / "stacks" / "package")
    assert zip_bytes(code)


def test_a_resources_own_region_counts_when_it_names_one(tmp_path: Path) -> None:
    (graph,) = plan(make_project(tmp_path, 'aws.sqs.Queue("q", region="eu-west-2", opts=there)'))
    assert named(graph, "q").region == "eu-west-2"


def test_the_error_names_stack_cause_and_place_when_a_program_raises(tmp_path: Path) -> None:
    said = failure(tmp_path, 'raise ValueError("no such size")')
    assert "ValueError: no such size" in said
    assert "stacks/__main__.py, line" in said


def test_the_error_is_the_first_one_when_a_value_cannot_be_computed(tmp_path: Path) -> None:
    program = """
    first = aws.sqs.Queue("first", opts=there)
    aws.sqs.Queue("second", name=first.arn.apply(lambda arn: arn.no_such_method()), opts=there)
    """
    assert "no_such_method" in failure(tmp_path, program)


def test_a_program_is_ended_when_it_waits_for_what_never_comes(tmp_path: Path) -> None:
    program = """
    import asyncio
    pulumi.export("never", pulumi.Output.from_input(asyncio.get_event_loop().create_future()))
    """
    assert "did not end within 0.5 s" in failure(tmp_path, program, limit_seconds=0.5)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ('aws.sqs.Queue("q")', "no explicit provider"),
        ('aws.sqs.Queue("q", opts=there)\naws.sqs.Queue("q", opts=there)', "registered twice"),
        ('pulumi.StackReference("organization/small/other")', "known: none"),
        ('aws.sqs.Queue.get("q", "url", opts=there)', "reads a resource"),
        ('pulumi.log.error("it is not right")', "it is not right"),
        ('pulumi.Config().require("absent")', "Missing required configuration variable"),
        ("aws.ec2.get_ami_output(opts=pulumi.InvokeOptions(provider=ireland))", "does not answer the function"),
        ("import no_such_module_anywhere", "no_such_module_anywhere"),
    ],
)
def test_the_error_says_what_is_wrong_when_a_program_asks_for_what_cannot_be(
    tmp_path: Path, program: str, said: str
) -> None:
    assert said in failure(tmp_path, program)


def test_known_environments_are_listed_when_one_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnvironmentError, match="no environment 'prod'; known: dev"):
        engine.plan("prod", project=make_project(tmp_path, ""))


def test_the_error_says_so_when_configuration_is_encrypted(tmp_path: Path) -> None:
    project = make_project(tmp_path, "")
    with (tmp_path / "stacks" / "Pulumi.dev-foundation.yaml").open("a") as file:
        file.write("  small:key:\n    secure: v1:abc\n")
    with pytest.raises(EngineError, match="small:key is encrypted"):
        plan(project)


def test_the_error_names_the_file_when_there_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"Pulumi\.yaml is not there"):
        Project.load(tmp_path)


def test_a_resource_is_told_real_when_its_type_has_a_realiser(tmp_path: Path) -> None:
    graphs = engine.plan("dev", project=make_project(tmp_path, TWO_QUEUES), realisers={})
    assert {node.realised for node in graphs[0].resources} == {False}
    assert {node.type for node in graphs[0].resources} == {QUEUE}
    assert POLICY not in str(graphs)
