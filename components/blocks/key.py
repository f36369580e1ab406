"""KMS keys: one for a Region, or one whose material is the same in several."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document

if TYPE_CHECKING:
    from collections.abc import Mapping

DELETION_WINDOW_DAYS = 30


class KeyUse(Enum):
    """What a key is for: its usage and spec as KMS names them (KMS API Reference, CreateKey)."""

    ENCRYPT = ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    MAC = ("GENERATE_VERIFY_MAC", "HMAC_256")
    SIGN = ("SIGN_VERIFY", "ECC_NIST_P384")

    @property
    def usage(self) -> str:
        """KeyUsage."""
        return self.value[0]

    @property
    def spec(self) -> str:
        """KeySpec."""
        return self.value[1]

    @property
    def rotates(self) -> bool:
        """Whether KMS gives it new material every year: it does so for symmetric encryption alone."""
        return self is KeyUse.ENCRYPT


@dataclass(frozen=True, slots=True)
class RegionalKeyArgs:
    """`alias` begins with `alias/`. `statements` is the key's whole policy.

    `tags`: what a service looks for on keys that it is to use.
    """

    alias: str
    description: str
    statements: tuple[Statement, ...]
    protect: bool
    tags: Mapping[str, str] | None = None


class RegionalKey(pulumi.ComponentResource):
    """A symmetric key of one Region, rotated every year."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: RegionalKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:RegionalKey", name, None, opts)
        key = aws.kms.Key(
            name,
            description=args.description,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=policy_document(args.statements),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(name, name=args.alias, target_key_id=key.key_id, opts=pulumi.ResourceOptions(parent=self))
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


@dataclass(frozen=True, slots=True)
class MultiRegionKeyArgs:
    """`regions` in order: the first holds the primary. `providers` has one provider for each of them."""

    alias: str
    description: str
    regions: tuple[str, ...]
    providers: Mapping[str, aws.Provider]
    statements: tuple[Statement, ...]
    protect: bool
    use: KeyUse = KeyUse.ENCRYPT


class MultiRegionKey(pulumi.ComponentResource):
    """A key with the same material in every Region; each Region uses its own, and needs no other for its work.

    Rotation is set on the primary and holds for all; a key for MACs or signatures has none and is replaced by hand. The
    policy is not shared by AWS: each key carries its own copy.
    """

    def __init__(self, name: str, args: MultiRegionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:MultiRegionKey", name, None, opts)
        policy = policy_document(args.statements)
        primary_region, *other_regions = args.regions
        primary = aws.kms.Key(
            f"{name}-{primary_region}",
            description=args.description,
            multi_region=True,
            key_usage=args.use.usage,
            customer_master_key_spec=args.use.spec,
            enable_key_rotation=args.use.rotates,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=policy,
            opts=self._in(primary_region, args),
        )
        self.arns = {primary_region: primary.arn}
        key_ids = {primary_region: primary.key_id}
        for region in other_regions:
            replica = aws.kms.ReplicaKey(
                f"{name}-{region}",
                description=args.description,
                primary_key_arn=primary.arn,
                deletion_window_in_days=DELETION_WINDOW_DAYS,
                policy=policy,
                opts=self._in(region, args),
            )
            self.arns[region] = replica.arn
            key_ids[region] = replica.key_id
        for region, key_id in key_ids.items():
            aws.kms.Alias(
                f"{name}-{region}",
                name=args.alias,
                target_key_id=key_id,
                opts=pulumi.ResourceOptions(parent=self, provider=args.providers[region]),
            )
        self.register_outputs({"arns": self.arns})

    def _in(self, region: str, args: MultiRegionKeyArgs) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=args.providers[region], protect=args.protect)
