"""Lambda: functions and layer versions, from the same packages that go to AWS.

MiniStack takes calls to a function at once, so nothing here waits for it to become active. A function's calls reach the
emulator because the emulator starts it with its own endpoint in AWS_ENDPOINT_URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.archives import code_sha256, zip_bytes
from simulations.cloud.realisers.arns import invoke_arn
from simulations.cloud.realisers.base import Archive, Realised
from simulations.cloud.realisers.documents import (
    InvalidInputError,
    changed,
    flag,
    mapping,
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
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: Lambda sets these and refuses them.
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
CONFIGURATION = (
    "role", "handler", "runtime", "description", "timeout", "memorySize", "environment", "kmsKeyArn", "layers",
    "deadLetterConfig", "tracingConfig", "ephemeralStorage", "loggingConfig", "vpcConfig", "snapStart",
)  # fmt: skip


class Function:
    """`aws:lambda/function:Function` from a zip; identified by its name, so that what is there is adopted."""

    type = "aws:lambda/function:Function"
    replace_on = frozenset({"name", "packageType"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the function, or bring the one of this name to the inputs.

        Raises PackageNotBuiltError where the code is not there.
        """
        name, publish = text(inputs, "name"), flag(inputs, "publish")
        created = answer_unless(
            "ResourceConflictException",
            cloud,
            "lambda",
            "create_function",
            FunctionName=name,
            Code={"ZipFile": zip_bytes(_code(inputs))},
            Architectures=texts(inputs, "architectures") or None,
            Tags=texts_by_name(inputs, "tags") or None,
            Publish=publish,
            **_configuration(inputs),
        )
        if created is None:
            return self.update(cloud, name, {}, inputs, {})
        _set_concurrency(cloud, name, {}, inputs)
        return _realised(cloud, inputs, created)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring configuration and code to the new inputs, and publish where the inputs ask for it.

        Code is compared by its digest: a package that was built anew stands at the same path.
        """
        described = cloud.call("lambda", "get_function_configuration", FunctionName=identity)
        settings_changed = changed(old, new, CONFIGURATION)
        code = _code(new)
        code_changed = code_sha256(code) != described.get("CodeSha256") or changed(old, new, ["architectures"])
        if settings_changed:
            given = _configuration(new)
            unset: dict[str, object] = {"Layers": []} if "layers" not in new and old.get("layers") else {}
            described = cloud.call(
                "lambda", "update_function_configuration", FunctionName=identity, **{**unset, **given}
            )
        if code_changed:
            described = cloud.call(
                "lambda",
                "update_function_code",
                FunctionName=identity,
                ZipFile=zip_bytes(code),
                Architectures=texts(new, "architectures") or None,
            )
        if flag(new, "publish"):
            described = cloud.call("lambda", "publish_version", FunctionName=identity)
        _set_concurrency(cloud, identity, old, new)
        _update_tags(cloud, text(described, "FunctionArn"), old, new)
        del outputs
        return _realised(cloud, new, described)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the function with its versions and aliases."""
        del outputs
        with accepting(GONE):
            cloud.call("lambda", "delete_function", FunctionName=identity)


class LayerVersion:
    """`aws:lambda/layerVersion:LayerVersion`: never changed, always published anew; its id is the version's ARN."""

    type = "aws:lambda/layerVersion:LayerVersion"
    replace_on = frozenset(
        {"layerName", "code", "compatibleRuntimes", "compatibleArchitectures", "description", "licenseInfo"}
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Publish a version.

        Raises PackageNotBuiltError where the code is not there.
        """
        published = cloud.call(
            "lambda",
            "publish_layer_version",
            LayerName=text(inputs, "layerName"),
            Description=optional_text(inputs, "description"),
            Content={"ZipFile": zip_bytes(_code(inputs))},
            CompatibleRuntimes=texts(inputs, "compatibleRuntimes") or None,
            CompatibleArchitectures=texts(inputs, "compatibleArchitectures") or None,
            LicenseInfo=optional_text(inputs, "licenseInfo"),
        )
        content = mapping(published, "Content")
        version_arn = text(published, "LayerVersionArn")
        own: dict[str, JsonValue] = {
            "arn": version_arn,
            "layerArn": text(published, "LayerArn"),
            "version": str(published.get("Version")),
            "codeSha256": content.get("CodeSha256"),
            "sourceCodeHash": content.get("CodeSha256"),
            "sourceCodeSize": content.get("CodeSize"),
            "createdDate": str(published.get("CreatedDate")),
        }
        return Realised(version_arn, {**outputs_of(cloud, inputs, own)})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Nothing of a version can change: `skipDestroy` is all that comes here."""
        del old
        return Realised(identity, {**outputs, **outputs_of(cloud, new, {})})

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the version, unless `skipDestroy` keeps it."""
        if flag(outputs, "skipDestroy"):
            return
        layer_arn, _, version = identity.rpartition(":")
        with accepting(GONE):
            cloud.call("lambda", "delete_layer_version", LayerName=layer_arn, VersionNumber=int(version))


def _code(inputs: Inputs) -> Archive:
    code = inputs.get("code")
    if isinstance(code, Archive):
        return code
    raise InvalidInputError("code", "an archive", code)


def _configuration(inputs: Inputs) -> dict[str, object]:
    variables = texts_by_name(mapping(inputs, "environment"), "variables")
    refused = sorted(variables.keys() & RESERVED_VARIABLES)
    if refused:
        raise ValueError(f"environment of {inputs.get('name')}: Lambda sets {', '.join(refused)} itself and refuses it")
    logging_config = mapping(inputs, "loggingConfig")
    given: dict[str, object | None] = {
        "Role": text(inputs, "role"),
        "Handler": optional_text(inputs, "handler"),
        "Runtime": optional_text(inputs, "runtime"),
        "Description": optional_text(inputs, "description"),
        "Timeout": optional_integer(inputs, "timeout"),
        "MemorySize": optional_integer(inputs, "memorySize"),
        "Environment": {"Variables": variables},
        "KMSKeyArn": optional_text(inputs, "kmsKeyArn"),
        "Layers": texts(inputs, "layers") or None,
        "DeadLetterConfig": renamed(mapping(inputs, "deadLetterConfig"), {}) or None,
        "TracingConfig": renamed(mapping(inputs, "tracingConfig"), {}) or None,
        "EphemeralStorage": renamed(mapping(inputs, "ephemeralStorage"), {}) or None,
        "LoggingConfig": renamed(logging_config, {}) or None,
        "VpcConfig": renamed(mapping(inputs, "vpcConfig"), {}) or None,
        "SnapStart": renamed(mapping(inputs, "snapStart"), {}) or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _set_concurrency(cloud: Cloud, name: str, old: Inputs, new: Inputs) -> None:
    reserved = optional_integer(new, "reservedConcurrentExecutions")
    # Pulumi's -1 is AWS's "none".
    if reserved is not None and reserved >= 0:
        cloud.call("lambda", "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=reserved)
    elif old.get("reservedConcurrentExecutions") is not None:
        cloud.call("lambda", "delete_function_concurrency", FunctionName=name)


def _update_tags(cloud: Cloud, function_arn: str, old: Inputs, new: Inputs) -> None:
    function_arn = ":".join(function_arn.split(":")[:7])
    gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
    if gone:
        cloud.call("lambda", "untag_resource", Resource=function_arn, TagKeys=gone)
    tags = texts_by_name(new, "tags")
    if tags and changed(old, new, ["tags"]):
        cloud.call("lambda", "tag_resource", Resource=function_arn, Tags=tags)


def _realised(cloud: Cloud, inputs: Inputs, described: Mapping[str, JsonValue]) -> Realised:
    name, version = text(inputs, "name"), optional_text(described, "Version") or "$LATEST"
    function_arn = ":".join(text(described, "FunctionArn").split(":")[:7])
    qualified = f"{function_arn}:{version}"
    own: dict[str, JsonValue] = {
        "arn": function_arn,
        "invokeArn": invoke_arn(function_arn),
        "qualifiedArn": qualified,
        "qualifiedInvokeArn": invoke_arn(qualified),
        "version": version,
        "lastModified": optional_text(described, "LastModified"),
        "codeSha256": optional_text(described, "CodeSha256"),
        "sourceCodeHash": optional_text(inputs, "sourceCodeHash") or optional_text(described, "CodeSha256"),
        "sourceCodeSize": optional_integer(described, "CodeSize"),
    }
    return Realised(name, outputs_of(cloud, inputs, own))
