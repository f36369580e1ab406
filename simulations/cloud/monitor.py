"""The resource monitor that a program talks to: hears every registration, records it, and asks who is to answer."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi.runtime.proto import resource_pb2

from simulations.cloud.graph import ResourceNode, StackGraph, in_order
from simulations.cloud.invokes import Question, answer
from simulations.cloud.properties import read_properties, write_properties
from simulations.cloud.providers import PROVIDER_TYPE, Providers, provider_urn
from simulations.cloud.registrations import Registration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simulations.cloud.realisers.base import Inputs, JsonValue
    from simulations.cloud.registrations import Provides

STACK_TYPE = "pulumi:pulumi:Stack"
STACK_REFERENCE_TYPE = "pulumi:pulumi:StackReference"
PROVIDER_ID = "embedded"


FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
)
"""What a program may use. References to resources are left out: they then come by id and URN, as plain values."""


class ProgramError(Exception):
    """The program asks for something that cannot be; names the resource."""


class RecordingMonitor:
    """Records a stack's registrations. Called from several threads at once.

    Its methods are those of Pulumi's ResourceMonitor service that the SDK calls (proto/pulumi/resource.proto).
    `references` gives the graphs of other stacks by their full names, and `base` is the program's directory.
    """

    def __init__(
        self, project: str, stack: str, provides: Provides, references: Mapping[str, StackGraph], base: Path
    ) -> None:
        self._project = project
        self._stack = stack
        self._provides = provides
        self._references = references
        self._base = base
        self._providers = Providers()
        self._nodes: dict[str, ResourceNode] = {}
        self._exports: tuple[Inputs, frozenset[str]] = ({}, frozenset())
        self._lock = threading.Lock()

    def graph(self, warnings: tuple[str, ...] = ()) -> StackGraph:
        """What was recorded, with the warnings that the program logged."""
        exports, secret_exports = self._exports
        plain: dict[str, JsonValue] = {name: _export(value) for name, value in sorted(exports.items())}
        return StackGraph(self._stack, in_order(self._stack, self._nodes.values()), plain, secret_exports, warnings)

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        inputs, secret_names = read_properties(request.object, self._base)
        node = ResourceNode(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent or None,
            provider=provider_urn(request.provider),
            region=None,
            dependencies=tuple(sorted(set(request.dependencies))),
            property_dependencies={
                name: tuple(sorted(set(found.urns))) for name, found in sorted(request.propertyDependencies.items())
            },
            inputs=inputs,
            outputs={},
            custom=request.custom,
            realised=None,
            protect=request.protect,
            secret_names=secret_names | set(request.additionalSecretOutputs),
        )
        if request.type.startswith(PROVIDER_TYPE):
            self._providers.add(urn, inputs)
            node = replace(node, id=PROVIDER_ID)
        elif request.custom:
            node = self._provided(node)
        self._record(node)
        response = resource_pb2.RegisterResourceResponse(urn=urn, id=node.id or "", object=request.object)
        write_properties(response.object, node.outputs, node.secret_names)
        return response

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> None:
        outputs, secret_names = read_properties(request.outputs, self._base)
        with self._lock:
            node = self._nodes[request.urn]
            if node.type == STACK_TYPE:
                self._exports = (outputs, secret_names)
            plain: dict[str, JsonValue] = {name: _export(value) for name, value in outputs.items()}
            self._nodes[request.urn] = replace(node, outputs=plain, secret_names=node.secret_names | secret_names)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        if request.type != STACK_REFERENCE_TYPE:
            raise ProgramError(f"{urn} reads a resource that the program does not make: the embedded cloud has none")
        graph = self._references.get(request.id)
        if graph is None:
            known = ", ".join(sorted(self._references)) or "none is deployed before this one"
            raise ProgramError(f"{urn} refers to the stack {request.id!r}; known: {known}")
        secret_exports: list[JsonValue] = [*sorted(graph.secret_exports)]
        outputs: dict[str, JsonValue] = {
            "name": request.id, "outputs": dict(graph.exports), "secretOutputNames": secret_exports,
        }  # fmt: skip
        parent = request.parent or None
        secret_names = frozenset({"outputs"}) if secret_exports else frozenset[str]()
        reference = ResourceNode(
            urn, request.type, request.name, parent, None, None, (), {}, {"name": request.id}, outputs,
            custom=True, realised=None, id=request.id, secret_names=secret_names,
        )  # fmt: skip
        self._record(reference)
        response = resource_pb2.ReadResourceResponse(urn=urn, id=request.id)
        write_properties(response.properties, outputs)
        return response

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        arguments, _ = read_properties(request.args, self._base)
        caller = self._providers.caller(provider_urn(request.provider), arguments)
        with self._lock:
            question = Question(caller, arguments, tuple(self._nodes.values()))
        response = resource_pb2.ResourceInvokeResponse()
        write_properties(getattr(response, "return"), answer(request.tok, question))
        return response

    def GetDeploymentInfo(self, _request: object) -> resource_pb2.DeploymentInfo:
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def SignalAndWaitForShutdown(self, _request: object) -> None:
        """The program has ended; there is nothing to wait for."""

    def _urn(self, parent: str, type_: str, name: str) -> str:
        # A resource's URN carries the types of its ancestors but for the stack's own.
        ancestors = parent.split("::")[2] if parent else ""
        path = type_ if ancestors in {"", STACK_TYPE} else f"{ancestors}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{path}::{name}"

    def _provided(self, node: ResourceNode) -> ResourceNode:
        try:
            caller = self._providers.caller(node.provider, node.inputs)
        except LookupError as error:
            raise ProgramError(f"{node.urn}: {error}") from error
        provided = self._provides.provide(
            Registration(
                urn=node.urn,
                type=node.type,
                name=node.name,
                parent=node.parent,
                provider=node.provider or "",
                region=caller.region,
                account_id=caller.account_id,
                dependencies=node.dependencies,
                property_dependencies=node.property_dependencies,
                inputs=node.inputs,
                secret_names=node.secret_names,
                protect=node.protect,
            )
        )
        return replace(
            node,
            id=provided.id,
            outputs=provided.outputs,
            realised=provided.realised,
            region=caller.region,
            account_id=caller.account_id,
        )

    def _record(self, node: ResourceNode) -> None:
        with self._lock:
            if node.urn in self._nodes:
                raise ProgramError(f"{node.urn} is registered twice: give one of them another name")
            self._nodes[node.urn] = node


def _export(value: object) -> JsonValue:
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return value
    raise ProgramError(f"an output is no JSON value but a {type(value).__name__}")
