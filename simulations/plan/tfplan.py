"""The graph as `terraform show -json` would give a plan, for tools that read those (Checkov does).

Form: https://developer.hashicorp.com/terraform/internals/json-format, the parts `planned_values` and `configuration`.
Pulumi's AWS provider is bridged from Terraform's: the same resources under other names, so the names are turned back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulations.plan.summary import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.cloud.graph import ResourceNode, StackGraph

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Where the bridge's module is not the prefix of Terraform's name. Anything else is aws_<module>_<resource>.
_MODULES: Mapping[str, str] = {
    "apigateway": "api_gateway",
    "cloudwatch": "cloudwatch",
    "ec2": "",
}
_EXACT: Mapping[str, str] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": "aws_cloudwatch_metric_alarm",
    "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": "aws_s3_bucket_object_lock_configuration",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
}
# Inputs that are maps in Terraform too; every other object is a block, which a plan shows as a list.
_MAPS = frozenset({"tags", "tagsAll", "variables", "triggers", "responseParameters", "responseTemplates"})
# Terraform gave these JSON documents as strings, and so does Pulumi: they stay strings.


def terraform_type(token: str) -> str:
    """`aws:sqs/queue:Queue` -> `aws_sqs_queue`."""
    if token in _EXACT:
        return _EXACT[token]
    _, module, resource = token.split(":")
    service = module.split("/")[0]
    prefix = _MODULES.get(service, service)
    return "_".join(part for part in ("aws", prefix, _snake(resource)) if part)


def as_tfplan(graphs: Sequence[StackGraph]) -> dict[str, Any]:
    """One document for all stacks of an environment: a module per stack."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"child_modules": [_planned(graph) for graph in graphs]}},
        "resource_changes": [_change(graph, node) for graph in graphs for node in graph.resources],
        "configuration": {
            "root_module": {"module_calls": {_module(graph): {"module": _configured(graph)} for graph in graphs}}
        },
    }


def _snake(name: str) -> str:
    return _WORD.sub("_", name).lower()


def _module(graph: StackGraph) -> str:
    return graph.stack.replace("-", "_")


def _address(graph: StackGraph, node: ResourceNode) -> str:
    return f"module.{_module(graph)}.{_local_address(node)}"


def _local_address(node: ResourceNode) -> str:
    return f"{terraform_type(node.type)}.{_snake(node.name).replace('-', '_')}"


def _values(node: ResourceNode) -> dict[str, Any]:
    return {
        _snake(key): _attribute(key, plain(value)) for key, value in sorted(node.inputs.items()) if value is not None
    }


def _attribute(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return value if key in _MAPS else [_block(value)]
    if isinstance(value, list):
        return [_block(item) if isinstance(item, dict) else item for item in value]
    return value


def _block(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_snake(key): _attribute(key, item) for key, item in value.items()}


def _planned(graph: StackGraph) -> dict[str, Any]:
    return {
        "address": f"module.{_module(graph)}",
        "resources": [
            {
                "address": _address(graph, node),
                "mode": "managed",
                "type": terraform_type(node.type),
                "name": _snake(node.name).replace("-", "_"),
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "schema_version": 0,
                "values": _values(node),
            }
            for node in graph.resources
        ],
    }


def _change(graph: StackGraph, node: ResourceNode) -> dict[str, Any]:
    return {
        "address": _address(graph, node),
        "module_address": f"module.{_module(graph)}",
        "mode": "managed",
        "type": terraform_type(node.type),
        "name": _snake(node.name).replace("-", "_"),
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": None, "after": _values(node), "after_unknown": {}},
    }


def _configured(graph: StackGraph) -> dict[str, Any]:
    own = {node.urn: node for node in graph.resources}
    return {
        "resources": [
            {
                "address": _local_address(node),
                "mode": "managed",
                "type": terraform_type(node.type),
                "name": _snake(node.name).replace("-", "_"),
                "provider_config_key": "aws",
                "expressions": _expressions(node, own),
            }
            for node in own.values()
        ]
    }


def _expressions(node: ResourceNode, own: Mapping[str, ResourceNode]) -> dict[str, Any]:
    """Which attribute refers to which resource: what Checkov's graph checks follow."""
    return {
        _snake(key): {"references": [_local_address(own[urn]) for urn in sorted(urns) if urn in own]}
        for key, urns in sorted(node.property_dependencies.items())
        if any(urn in own for urn in urns)
    }
