"""API Gateway: deployments, stages and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import (
    mapping,
    optional_flag,
    optional_text,
    outputs_of,
    text,
    texts_by_name,
    whole_numbers,
)
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

SERVICE = "apigateway"
GONE = "NotFoundException"
# https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html: paths below /{resource path}/{method}.
METHOD_SETTINGS = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
    "cachingEnabled": "caching/enabled",
    "cacheTtlInSeconds": "caching/ttlInSeconds",
    "cacheDataEncrypted": "caching/dataEncrypted",
    "requireAuthorizationForCacheControl": "caching/requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy": "caching/unauthorizedCacheControlHeaderStrategy",
}


class Deployment:
    """`aws:apigateway/deployment:Deployment`: a new one for each change of its triggers."""

    type = "aws:apigateway/deployment:Deployment"
    replace_on = frozenset({"restApi", "triggers", "variables"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Deploy the API as it is now."""
        answer = cloud.call(
            SERVICE,
            "create_deployment",
            restApiId=text(inputs, "restApi"),
            description=optional_text(inputs, "description"),
        )
        own: dict[str, JsonValue] = {"createdDate": str(answer.get("createdDate"))}
        return Realised(text(answer, "id"), outputs_of(cloud, inputs, own))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the description to the new inputs."""
        del old
        patch = [{"op": "replace", "path": "/description", "value": optional_text(new, "description") or ""}]
        api_id = text(new, "restApi")
        cloud.call(SERVICE, "update_deployment", restApiId=api_id, deploymentId=identity, patchOperations=patch)
        return Realised(identity, outputs_of(cloud, new, {"createdDate": outputs.get("createdDate")}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the deployment."""
        with accepting(GONE):
            cloud.call(SERVICE, "delete_deployment", restApiId=text(outputs, "restApi"), deploymentId=identity)


class Stage:
    """`aws:apigateway/stage:Stage`; its id is `ags-{api}-{stage}`, and a stage of this name is adopted.

    The invoke URL is the emulator's: `{endpoint}/_aws/execute-api/{api}/{stage}`.
    """

    type = "aws:apigateway/stage:Stage"
    replace_on = frozenset({"restApi", "stageName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the stage, or bring the one of this name to the inputs."""
        api_id, name = text(inputs, "restApi"), text(inputs, "stageName")
        if answer_unless(GONE, cloud, SERVICE, "get_stage", restApiId=api_id, stageName=name) is None:
            cloud.call(
                SERVICE,
                "create_stage",
                restApiId=api_id,
                stageName=name,
                deploymentId=text(inputs, "deployment"),
                description=optional_text(inputs, "description"),
                variables=texts_by_name(inputs, "variables") or None,
                tracingEnabled=optional_flag(inputs, "xrayTracingEnabled"),
                tags=texts_by_name(inputs, "tags") or None,
            )
        return self.update(cloud, f"ags-{api_id}-{name}", {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring deployment, variables, logs and tracing to the new inputs."""
        del outputs
        api_id, name = text(new, "restApi"), text(new, "stageName")
        cloud.call(SERVICE, "update_stage", restApiId=api_id, stageName=name, patchOperations=_stage_patch(old, new))
        own: dict[str, JsonValue] = {
            "arn": f"arn:aws:apigateway:{cloud.region}::/restapis/{api_id}/stages/{name}",
            "executionArn": f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{api_id}/{name}",
            "invokeUrl": f"{cloud.endpoint}/_aws/execute-api/{api_id}/{name}",
            "webAclArn": "",
        }
        return Realised(identity, outputs_of(cloud, new, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the stage; its API stays."""
        del identity
        with accepting(GONE):
            cloud.call(
                SERVICE, "delete_stage", restApiId=text(outputs, "restApi"), stageName=text(outputs, "stageName")
            )


class MethodSettings:
    """`aws:apigateway/methodSettings:MethodSettings`; its id is `{api}-{stage}-{method path}`."""

    type = "aws:apigateway/methodSettings:MethodSettings"
    replace_on = frozenset({"restApi", "stageName", "methodPath"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Set throttling, logging, metrics and caching of the methods."""
        settings = mapping(inputs, "settings")
        prefix = _method_path(inputs)
        patch = [
            {"op": "replace", "path": f"{prefix}/{METHOD_SETTINGS[name]}", "value": _patch_value(value)}
            for name, value in settings.items()
            if name in METHOD_SETTINGS
        ]
        api_id, stage = text(inputs, "restApi"), text(inputs, "stageName")
        cloud.call(SERVICE, "update_stage", restApiId=api_id, stageName=stage, patchOperations=patch)
        return Realised(f"{api_id}-{stage}-{text(inputs, 'methodPath')}", outputs_of(cloud, inputs, {}))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Set them anew, those that are not given any more to AWS's defaults."""
        if mapping(old, "settings").keys() - mapping(new, "settings").keys():
            self.delete(cloud, identity, outputs)
        return self.create(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Back to the stage's defaults."""
        del identity
        patch = [{"op": "remove", "path": _method_path(outputs)}]
        with accepting(GONE):
            cloud.call(
                SERVICE,
                "update_stage",
                restApiId=text(outputs, "restApi"),
                stageName=text(outputs, "stageName"),
                patchOperations=patch,
            )


def _method_path(inputs: Mapping[str, object]) -> str:
    """`*/*`, or `path/to/resource/METHOD` with the resource's slashes escaped as in a JSON pointer."""
    resource, _, method = text(inputs, "methodPath").rpartition("/")
    return f"/{resource.replace('~', '~0').replace('/', '~1')}/{method}"


def _stage_patch(old: Inputs, new: Inputs) -> list[dict[str, str]]:
    values = {
        "/deploymentId": text(new, "deployment"),
        "/description": optional_text(new, "description"),
        "/tracingEnabled": _patch_value(new["xrayTracingEnabled"]) if "xrayTracingEnabled" in new else None,
    }
    logs = mapping(new, "accessLogSettings")
    values |= {f"/accessLogSettings/{name}": optional_text(logs, name) for name in ("destinationArn", "format")}
    variables = texts_by_name(new, "variables")
    values |= {f"/variables/{name}": value for name, value in variables.items()}
    patch = [{"op": "replace", "path": path, "value": value} for path, value in values.items() if value is not None]
    gone = sorted(texts_by_name(old, "variables").keys() - variables.keys())
    patch += [{"op": "remove", "path": f"/variables/{name}"} for name in gone]
    if "accessLogSettings" in old and not logs:
        patch.append({"op": "remove", "path": "/accessLogSettings"})
    return patch


def _patch_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(whole_numbers(value)) if isinstance(value, float) else str(value)
