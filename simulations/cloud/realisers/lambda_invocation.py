"""Lambda: what makes a function run: aliases, permissions, event source mappings, handling of asynchronous calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn, invoke_arn
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    flag,
    items,
    mapping,
    optional_flag,
    optional_integer,
    optional_text,
    outputs_of,
    renamed,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"
EXISTS = "ResourceConflictException"


class Alias:
    """`aws:lambda/alias:Alias`; its id is its ARN, and an alias of this name is adopted."""

    type = "aws:lambda/alias:Alias"
    replace_on = frozenset({"name", "functionName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the alias, or point the one of this name at the version."""
        created = answer_unless(EXISTS, cloud, "lambda", "create_alias", **_alias(inputs))
        return self._realised(cloud, inputs, created or cloud.call("lambda", "update_alias", **_alias(inputs)))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Point the alias at the new version."""
        del identity, old, outputs
        return self._realised(cloud, new, cloud.call("lambda", "update_alias", **_alias(new)))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the alias; its version stays."""
        del outputs
        function_arn, _, name = identity.rpartition(":")
        with accepting(GONE):
            cloud.call("lambda", "delete_alias", FunctionName=function_arn.rpartition(":")[2], Name=name)

    def _realised(self, cloud: Cloud, inputs: Inputs, described: Mapping[str, JsonValue]) -> Realised:
        alias_arn = text(described, "AliasArn")
        return Realised(alias_arn, outputs_of(cloud, inputs, {"arn": alias_arn, "invokeArn": invoke_arn(alias_arn)}))


class Permission(PutAgain):
    """`aws:lambda/permission:Permission`; its id is the statement's, and a statement of that id is replaced."""

    type = "aws:lambda/permission:Permission"
    replace_on = frozenset(
        {
            "statementId",
            "statementIdPrefix",
            "action",
            "function",
            "principal",
            "sourceArn",
            "sourceAccount",
            "qualifier",
            "eventSourceToken",
            "functionUrlAuthType",
            "principalOrgId",
        }
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Add the statement to the function's policy."""
        statement_id = text(inputs, "statementId")
        target = {
            "FunctionName": text(inputs, "function"),
            "StatementId": statement_id,
            "Qualifier": optional_text(inputs, "qualifier"),
        }
        statement = {
            **target,
            "Action": text(inputs, "action"),
            "Principal": text(inputs, "principal"),
            "SourceArn": optional_text(inputs, "sourceArn"),
            "SourceAccount": optional_text(inputs, "sourceAccount"),
        }
        if answer_unless(EXISTS, cloud, "lambda", "add_permission", **statement) is None:
            cloud.call("lambda", "remove_permission", **target)
            cloud.call("lambda", "add_permission", **statement)
        return Realised(statement_id, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the statement out of the function's policy."""
        with accepting(GONE):
            cloud.call(
                "lambda",
                "remove_permission",
                FunctionName=text(outputs, "function"),
                StatementId=identity,
                Qualifier=optional_text(outputs, "qualifier"),
            )


class EventSourceMapping:
    """`aws:lambda/eventSourceMapping:EventSourceMapping`; its id is a UUID.

    A mapping of the same source to the same function is adopted: AWS allows no second one, and MiniStack would.
    """

    type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    replace_on = frozenset({"eventSourceArn", "startingPosition", "startingPositionTimestamp", "functionName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Map the source to the function."""
        source, function = text(inputs, "eventSourceArn"), text(inputs, "functionName")
        found = items(
            cloud.call("lambda", "list_event_source_mappings", EventSourceArn=source, FunctionName=function),
            "EventSourceMappings",
        )
        if found:
            return self.update(cloud, text(found[0], "UUID"), {}, inputs, {})
        described = cloud.call(
            "lambda",
            "create_event_source_mapping",
            EventSourceArn=source,
            FunctionName=function,
            StartingPosition=optional_text(inputs, "startingPosition"),
            Tags=texts_by_name(inputs, "tags") or None,
            **_mapping(inputs),
        )
        return self._realised(cloud, inputs, described)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring batch size, responses, scaling, filters and state to the new inputs."""
        del old, outputs
        described = cloud.call("lambda", "update_event_source_mapping", UUID=identity, **_mapping(new))
        return self._realised(cloud, new, described)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the mapping."""
        del outputs
        with accepting(GONE):
            cloud.call("lambda", "delete_event_source_mapping", UUID=identity)

    def _realised(self, cloud: Cloud, inputs: Inputs, described: Mapping[str, JsonValue]) -> Realised:
        identity = text(described, "UUID")
        own: dict[str, JsonValue] = {
            "arn": arn("lambda", cloud.region, cloud.account_id, f"event-source-mapping:{identity}"),
            "uuid": identity,
            "functionArn": text(described, "FunctionArn"),
            "state": optional_text(described, "State"),
        }
        return Realised(identity, outputs_of(cloud, inputs, own))


class FunctionEventInvokeConfig(PutAgain):
    """`aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`; its id is the function's name."""

    type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    replace_on = frozenset({"functionName", "qualifier"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the configuration; one that is there is overwritten."""
        name, qualifier = text(inputs, "functionName"), optional_text(inputs, "qualifier")
        cloud.call(
            "lambda",
            "put_function_event_invoke_config",
            FunctionName=name,
            Qualifier=qualifier,
            MaximumRetryAttempts=optional_integer(inputs, "maximumRetryAttempts"),
            MaximumEventAgeInSeconds=optional_integer(inputs, "maximumEventAgeInSeconds"),
            DestinationConfig=renamed(mapping(inputs, "destinationConfig"), {}) or None,
        )
        return Realised(f"{name}:{qualifier}" if qualifier else name, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the configuration."""
        del identity
        with accepting(GONE):
            cloud.call(
                "lambda",
                "delete_function_event_invoke_config",
                FunctionName=text(outputs, "functionName"),
                Qualifier=optional_text(outputs, "qualifier"),
            )


def _alias(inputs: Inputs) -> dict[str, object]:
    weights = mapping(mapping(inputs, "routingConfig"), "additionalVersionWeights")
    return {
        "FunctionName": text(inputs, "functionName"),
        "Name": text(inputs, "name"),
        "FunctionVersion": text(inputs, "functionVersion"),
        "Description": optional_text(inputs, "description"),
        "RoutingConfig": {"AdditionalVersionWeights": weights} if weights else None,
    }


def _mapping(inputs: Inputs) -> dict[str, object]:
    return {
        "Enabled": flag(inputs, "enabled", default=True),
        "BatchSize": optional_integer(inputs, "batchSize"),
        "MaximumBatchingWindowInSeconds": optional_integer(inputs, "maximumBatchingWindowInSeconds"),
        "FunctionResponseTypes": texts(inputs, "functionResponseTypes") or None,
        "ScalingConfig": renamed(mapping(inputs, "scalingConfig"), {}) or None,
        "FilterCriteria": _filters(inputs),
        "DestinationConfig": renamed(mapping(inputs, "destinationConfig"), {}) or None,
        "MaximumRetryAttempts": optional_integer(inputs, "maximumRetryAttempts"),
        "MaximumRecordAgeInSeconds": optional_integer(inputs, "maximumRecordAgeInSeconds"),
        "BisectBatchOnFunctionError": optional_flag(inputs, "bisectBatchOnFunctionError"),
        "ParallelizationFactor": optional_integer(inputs, "parallelizationFactor"),
    }


def _filters(inputs: Inputs) -> dict[str, object] | None:
    filters = items(mapping(inputs, "filterCriteria"), "filters")
    return {"Filters": [renamed(one, {}) for one in filters]} if filters else None
