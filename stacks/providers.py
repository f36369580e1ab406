"""Providers: one per Region, named as the Region, bound to the environment's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.blocks.tags import default_tags

if TYPE_CHECKING:
    from stacks.settings import Settings


def provider_for(settings: Settings, region: str) -> aws.Provider:
    """The provider of a Region. It refuses to work in any account but the environment's own."""
    return aws.Provider(
        region,
        region=region,
        allowed_account_ids=[settings.account_id],
        default_tags=aws.ProviderDefaultTagsArgs(tags=default_tags(settings.environment, settings.tags)),
    )
