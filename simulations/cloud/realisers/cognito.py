"""Cognito: user pools that give tokens to machines: resource servers, clients, the domain of the token endpoint.

MiniStack has one token endpoint for all pools, under its own address: the client's id decides the pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import (
    at,
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
SERVICE = "cognito-idp"
CLIENT_NAMES = {"callbackUrls": "CallbackURLs", "logoutUrls": "LogoutURLs", "defaultRedirectUri": "DefaultRedirectURI"}
CLIENT_TEXTS = ("preventUserExistenceErrors", "defaultRedirectUri")
CLIENT_LISTS = (
    "allowedOauthFlows", "allowedOauthScopes", "callbackUrls", "explicitAuthFlows", "logoutUrls", "readAttributes",
    "supportedIdentityProviders", "writeAttributes",
)  # fmt: skip
CLIENT_INTEGERS = ("accessTokenValidity", "authSessionValidity", "idTokenValidity", "refreshTokenValidity")


class UserPool:
    """`aws:cognito/userPool:UserPool`; a pool's name is no identity, so that nothing is adopted.

    Messages, triggers and devices are not realised: no user ever signs in here, only machines do.
    """

    type = "aws:cognito/userPool:UserPool"
    replace_on = frozenset({"aliasAttributes", "usernameAttributes", "schemas", "usernameConfiguration"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the pool."""
        answer = cloud.call(SERVICE, "create_user_pool", PoolName=text(inputs, "name"), **_pool(inputs))
        return self._realised(cloud, at(answer, "UserPool", "Id"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the pool's settings to the new inputs."""
        del old, outputs
        cloud.call(SERVICE, "update_user_pool", UserPoolId=identity, **_pool(new))
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the pool; one under deletion protection refuses."""
        del outputs
        with accepting(GONE):
            cloud.call(SERVICE, "delete_user_pool", UserPoolId=identity)

    def _realised(self, cloud: Cloud, pool_id: str, inputs: Inputs) -> Realised:
        own: dict[str, JsonValue] = {
            "arn": arn(SERVICE, cloud.region, cloud.account_id, f"userpool/{pool_id}"),
            "endpoint": f"cognito-idp.{cloud.region}.amazonaws.com/{pool_id}",
        }
        return Realised(pool_id, outputs_of(cloud, inputs, own))


class UserPoolDomain:
    """`aws:cognito/userPoolDomain:UserPoolDomain`; its id is the domain, one namespace for all Regions in MiniStack."""

    type = "aws:cognito/userPoolDomain:UserPoolDomain"
    replace_on = frozenset({"domain", "userPoolId"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Give the pool its domain; the pool's own domain of this name is adopted, another pool's refused."""
        domain, pool_id = text(inputs, "domain"), text(inputs, "userPoolId")
        certificate = optional_text(inputs, "certificateArn")
        owner = mapping(cloud.call(SERVICE, "describe_user_pool_domain", Domain=domain), "DomainDescription")
        if owner.get("UserPoolId") != pool_id:
            cloud.call(
                SERVICE,
                "create_user_pool_domain",
                Domain=domain,
                UserPoolId=pool_id,
                ManagedLoginVersion=optional_integer(inputs, "managedLoginVersion"),
                CustomDomainConfig={"CertificateArn": certificate} if certificate else None,
            )
        return Realised(domain, outputs_of(cloud, inputs, {"awsAccountId": cloud.account_id}))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the login version to the new inputs."""
        del old, outputs
        version = optional_integer(new, "managedLoginVersion")
        if version is not None:
            pool_id = text(new, "userPoolId")
            cloud.call(
                SERVICE, "update_user_pool_domain", Domain=identity, UserPoolId=pool_id, ManagedLoginVersion=version
            )
        return Realised(identity, outputs_of(cloud, new, {"awsAccountId": cloud.account_id}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the domain from its pool."""
        with accepting(GONE):
            pool_id = text(outputs, "userPoolId")
            cloud.call(SERVICE, "delete_user_pool_domain", Domain=identity, UserPoolId=pool_id)


class ResourceServer:
    """`aws:cognito/resourceServer:ResourceServer`: the scopes that clients may ask for; its id is `pool|identifier`."""

    type = "aws:cognito/resourceServer:ResourceServer"
    replace_on = frozenset({"identifier", "userPoolId"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the resource server; a pool that has it already has it updated."""
        created = answer_unless(
            "InvalidParameterException", cloud, SERVICE, "create_resource_server", **_resource_server(inputs)
        )
        if created is None:
            cloud.call(SERVICE, "update_resource_server", **_resource_server(inputs))
        return self._realised(cloud, inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring name and scopes to the new inputs."""
        del identity, old, outputs
        cloud.call(SERVICE, "update_resource_server", **_resource_server(new))
        return self._realised(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the resource server."""
        del outputs
        pool_id, _, identifier = identity.partition("|")
        with accepting(GONE):
            cloud.call(SERVICE, "delete_resource_server", UserPoolId=pool_id, Identifier=identifier)

    def _realised(self, cloud: Cloud, inputs: Inputs) -> Realised:
        identifier = text(inputs, "identifier")
        scopes: list[JsonValue] = [f"{identifier}/{text(scope, 'scopeName')}" for scope in items(inputs, "scopes")]
        identity = f"{text(inputs, 'userPoolId')}|{identifier}"
        return Realised(identity, outputs_of(cloud, inputs, {"scopeIdentifiers": scopes}))


class UserPoolClient:
    """`aws:cognito/userPoolClient:UserPoolClient`; its id is the client's, its secret must be kept secret."""

    type = "aws:cognito/userPoolClient:UserPoolClient"
    replace_on = frozenset({"userPoolId", "generateSecret"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the client, with a secret where the inputs ask for it."""
        answer = cloud.call(
            SERVICE, "create_user_pool_client", GenerateSecret=flag(inputs, "generateSecret"), **_client(inputs)
        )
        return self._realised(cloud, inputs, mapping(answer, "UserPoolClient"))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring flows, scopes and token lives to the new inputs; id and secret stay."""
        del old, outputs
        answer = cloud.call(SERVICE, "update_user_pool_client", ClientId=identity, **_client(new))
        return self._realised(cloud, new, mapping(answer, "UserPoolClient"))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the client; its tokens live on until they expire."""
        with accepting(GONE):
            pool_id = text(outputs, "userPoolId")
            cloud.call(SERVICE, "delete_user_pool_client", ClientId=identity, UserPoolId=pool_id)

    def _realised(self, cloud: Cloud, inputs: Inputs, client: Mapping[str, JsonValue]) -> Realised:
        own: dict[str, JsonValue] = {"clientSecret": optional_text(client, "ClientSecret")}
        return Realised(text(client, "ClientId"), outputs_of(cloud, inputs, own))


def _pool(inputs: Inputs) -> dict[str, object]:
    password_policy = renamed(mapping(inputs, "passwordPolicy"), {})
    recovery = items(mapping(inputs, "accountRecoverySetting"), "recoveryMechanisms")
    return {
        "MfaConfiguration": optional_text(inputs, "mfaConfiguration"),
        "DeletionProtection": optional_text(inputs, "deletionProtection"),
        "UserPoolTier": optional_text(inputs, "userPoolTier"),
        "AdminCreateUserConfig": _invitation(mapping(inputs, "adminCreateUserConfig")),
        "Policies": {"PasswordPolicy": password_policy} if password_policy else None,
        "UserPoolAddOns": renamed(mapping(inputs, "userPoolAddOns"), {}) or None,
        "AccountRecoverySetting": {"RecoveryMechanisms": renamed([*recovery], {})} if recovery else None,
        "UserPoolTags": texts_by_name(inputs, "tags") or None,
    }


def _invitation(settings: Mapping[str, JsonValue]) -> dict[str, object] | None:
    only_admin = optional_flag(settings, "allowAdminCreateUserOnly")
    return None if only_admin is None else {"AllowAdminCreateUserOnly": only_admin}


def _resource_server(inputs: Inputs) -> dict[str, object]:
    return {
        "UserPoolId": text(inputs, "userPoolId"),
        "Identifier": text(inputs, "identifier"),
        "Name": optional_text(inputs, "name") or text(inputs, "identifier"),
        "Scopes": renamed([*items(inputs, "scopes")], {}),
    }


def _client(inputs: Inputs) -> dict[str, object]:
    lists: dict[str, object] = {_client_name(name): texts(inputs, name) or None for name in CLIENT_LISTS}
    numbers: dict[str, object] = {_client_name(name): optional_integer(inputs, name) for name in CLIENT_INTEGERS}
    words: dict[str, object] = {_client_name(name): optional_text(inputs, name) for name in CLIENT_TEXTS}
    return {
        "UserPoolId": text(inputs, "userPoolId"),
        "ClientName": text(inputs, "name"),
        "AllowedOAuthFlowsUserPoolClient": optional_flag(inputs, "allowedOauthFlowsUserPoolClient"),
        "EnableTokenRevocation": optional_flag(inputs, "enableTokenRevocation"),
        "TokenValidityUnits": renamed(mapping(inputs, "tokenValidityUnits"), {}) or None,
        **lists,
        **numbers,
        **words,
    }


def _client_name(name: str) -> str:
    return CLIENT_NAMES.get(name, (name[:1].upper() + name[1:]).replace("Oauth", "OAuth"))
