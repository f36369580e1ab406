"""Where operators sign in, in one Region: users with a second factor, and what gives a role for a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

PASSWORD_LENGTH = 16
REMEMBERED_PASSWORDS = 24
TEMPORARY_PASSWORD_DAYS = 1
TOKEN_MINUTES = 15
SESSION_HOURS = 1
MINUTES, HOURS = "minutes", "hours"


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """`callback_urls`: where a sign-in may lead back to. `hold_minutes`: how long someone is an administrator."""

    callback_urls: tuple[str, ...]
    hold_minutes: int


@dataclass(frozen=True, slots=True)
class OperatorPoolArgs:
    """Of one Region; each has users of its own, so that operators can sign in while the other is away."""

    names: Names
    region: str
    callback_urls: tuple[str, ...]
    deletion_protection: bool


class OperatorPool(pulumi.ComponentResource):
    """A Cognito user pool whose users others make, each with one-time passwords beside the password; an identity pool.

    The client has no secret, for it runs on people's machines: the code grant with PKCE (RFC 8252, RFC 7636).
    """

    def __init__(self, name: str, args: OperatorPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:OperatorPool", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        pool = self._user_pool()
        client = self._client(pool)
        self.user_pool_id, self.user_pool_arn = pool.id, pool.arn
        self.provider = pulumi.Output.concat("cognito-idp.", args.region, ".amazonaws.com/", pool.id)
        self.client_id = client.id
        self.identity_pool_id = self._identity_pool(client).id
        aws.cognito.UserPoolDomain(
            name, domain=args.names.operator_domain(args.region), user_pool_id=pool.id, opts=self._child
        )
        self.register_outputs({"userPoolId": self.user_pool_id, "identityPoolId": self.identity_pool_id})

    def _user_pool(self) -> aws.cognito.UserPool:
        protected = self._args.deletion_protection
        return aws.cognito.UserPool(
            self._name,
            name=self._args.names.regional("operators"),
            deletion_protection="ACTIVE" if protected else "INACTIVE",
            admin_create_user_config=aws.cognito.UserPoolAdminCreateUserConfigArgs(allow_admin_create_user_only=True),
            username_configuration=aws.cognito.UserPoolUsernameConfigurationArgs(case_sensitive=False),
            mfa_configuration="ON",
            software_token_mfa_configuration=aws.cognito.UserPoolSoftwareTokenMfaConfigurationArgs(enabled=True),
            password_policy=aws.cognito.UserPoolPasswordPolicyArgs(
                minimum_length=PASSWORD_LENGTH,
                password_history_size=REMEMBERED_PASSWORDS,
                require_lowercase=True,
                require_numbers=True,
                require_symbols=True,
                require_uppercase=True,
                temporary_password_validity_days=TEMPORARY_PASSWORD_DAYS,
            ),
            # Who has forgotten the password asks a person: a mailbox must not be worth an operator's account.
            account_recovery_setting=aws.cognito.UserPoolAccountRecoverySettingArgs(
                recovery_mechanisms=[
                    aws.cognito.UserPoolAccountRecoverySettingRecoveryMechanismArgs(name="admin_only", priority=1)
                ]
            ),
            # Threat protection, and a history of passwords, are of this plan alone.
            user_pool_tier="PLUS",
            user_pool_add_ons=aws.cognito.UserPoolUserPoolAddOnsArgs(advanced_security_mode="ENFORCED"),
            opts=pulumi.ResourceOptions(parent=self, protect=protected),
        )

    def _client(self, pool: aws.cognito.UserPool) -> aws.cognito.UserPoolClient:
        return aws.cognito.UserPoolClient(
            self._name,
            name=self._args.names.regional("operators"),
            user_pool_id=pool.id,
            generate_secret=False,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid"],
            callback_urls=list(self._args.callback_urls),
            supported_identity_providers=["COGNITO"],
            explicit_auth_flows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            access_token_validity=TOKEN_MINUTES,
            id_token_validity=TOKEN_MINUTES,
            refresh_token_validity=SESSION_HOURS,
            token_validity_units=aws.cognito.UserPoolClientTokenValidityUnitsArgs(
                access_token=MINUTES, id_token=MINUTES, refresh_token=HOURS
            ),
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.deletion_protection),
        )

    def _identity_pool(self, client: aws.cognito.UserPoolClient) -> aws.cognito.IdentityPool:
        return aws.cognito.IdentityPool(
            self._name,
            identity_pool_name=self._args.names.regional("operators"),
            allow_unauthenticated_identities=False,
            allow_classic_flow=False,
            cognito_identity_providers=[
                aws.cognito.IdentityPoolCognitoIdentityProviderArgs(
                    client_id=client.id,
                    provider_name=self.provider,
                    # Who was signed out, or disabled, gets no credentials for a token that is still valid.
                    server_side_token_check=True,
                )
            ],
            opts=self._child,
        )
