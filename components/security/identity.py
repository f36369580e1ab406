"""Participants' identities in one Region: who may call the API, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

RESOURCE_SERVER = "payments"
PAYMENT_SCOPES = {
    "write": "Open transactions and hand over messages",
    "read": "See one's own transactions",
}
VAULT_SERVER = "vault"
VAULT_SCOPES = {
    "tokenise": "Get tokens for values",
    "detokenise": "See the values of one's own tokens",
    "erase": "Erase one's own subjects",
}
SCOPES = (
    *(f"{RESOURCE_SERVER}/{scope}" for scope in PAYMENT_SCOPES),
    *(f"{VAULT_SERVER}/{scope}" for scope in VAULT_SCOPES),
)
"""What a client can be given."""
ACCESS_TOKEN_MINUTES = 60
MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class IdentityArgs:
    """`clients`: the scopes of each participant's client, by name.

    `secret_recovery_days`: 0 deletes a secret at once, else 7 to 30.
    """

    names: Names
    region: str
    clients: Mapping[str, tuple[str, ...]]
    key_arn: pulumi.Input[str]
    secret_recovery_days: int
    deletion_protection: bool


@dataclass(frozen=True, slots=True)
class ClientIdentity:
    """A participant's OAuth 2.0 client. The secret's value is the client secret itself, as plain text."""

    client_id: pulumi.Output[str]
    secret_arn: pulumi.Output[str]


class Identity(pulumi.ComponentResource):
    """A Cognito user pool without users: clients get tokens by the client-credentials grant (RFC 6749, section 4.4).

    The scopes are `payments/write` and `payments/read`, and the vault's: `vault/tokenise` and so on.
    """

    user_pool_id: pulumi.Output[str]
    user_pool_arn: pulumi.Output[str]
    auth_url: pulumi.Output[str]

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Identity", name, None, opts)
        self._args = args
        pool = self._user_pool(name)
        domain = aws.cognito.UserPoolDomain(
            name,
            domain=args.names.auth_domain(args.region),
            user_pool_id=pool.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        payments = self._resource_server(name, RESOURCE_SERVER, PAYMENT_SCOPES, pool)
        vault = self._resource_server(VAULT_SERVER, VAULT_SERVER, VAULT_SCOPES, pool)
        known = pulumi.Output.all(payments.scope_identifiers, vault.scope_identifiers)
        self.user_pool_id = pool.id
        self.user_pool_arn = pool.arn
        self.auth_url = pulumi.Output.concat("https://", domain.domain, f".auth.{args.region}.amazoncognito.com")
        self.clients = {client: self._client(client, pool, known) for client in args.clients}
        self.register_outputs({"userPoolId": self.user_pool_id, "authUrl": self.auth_url})

    def _resource_server(
        self, name: str, identifier: str, scopes: Mapping[str, str], pool: aws.cognito.UserPool
    ) -> aws.cognito.ResourceServer:
        """The scopes of one API. Which of them a client has is the settings' word."""
        return aws.cognito.ResourceServer(
            name,
            identifier=identifier,
            name=self._args.names.regional(identifier),
            user_pool_id=pool.id,
            scopes=[
                aws.cognito.ResourceServerScopeArgs(scope_name=scope, scope_description=description)
                for scope, description in scopes.items()
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _user_pool(self, name: str) -> aws.cognito.UserPool:
        protected = self._args.deletion_protection
        return aws.cognito.UserPool(
            name,
            name=self._args.names.regional("participants"),
            deletion_protection="ACTIVE" if protected else "INACTIVE",
            admin_create_user_config=aws.cognito.UserPoolAdminCreateUserConfigArgs(allow_admin_create_user_only=True),
            opts=pulumi.ResourceOptions(parent=self, protect=protected),
        )

    def _client(self, client: str, pool: aws.cognito.UserPool, known: pulumi.Output[list[list[str]]]) -> ClientIdentity:
        given = self._args.clients[client]
        made = aws.cognito.UserPoolClient(
            client,
            name=self._args.names.regional(client),
            user_pool_id=pool.id,
            generate_secret=True,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["client_credentials"],
            # Of those that there are by now: a client cannot be given what no resource server has yet.
            allowed_oauth_scopes=known.apply(
                lambda servers: [scope for server in servers for scope in server if scope in given]
            ),
            # Left out, it would mean every way for a user to log in; there are no users: the narrowest there is.
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],
            access_token_validity=ACCESS_TOKEN_MINUTES,
            token_validity_units=aws.cognito.UserPoolClientTokenValidityUnitsArgs(access_token=MINUTES),
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.deletion_protection),
        )
        secret = aws.secretsmanager.Secret(
            client,
            name=self._args.names.client_secret(client),
            description=f"The API client secret of {client}",
            kms_key_id=self._args.key_arn,
            recovery_window_in_days=self._args.secret_recovery_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.secretsmanager.SecretVersion(
            client, secret_id=secret.id, secret_string=made.client_secret, opts=pulumi.ResourceOptions(parent=self)
        )
        return ClientIdentity(client_id=made.id, secret_arn=secret.arn)
