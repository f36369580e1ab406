"""The settings of the delivery pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.administration.delivery_builds import IMAGE
from components.administration.delivery_pipeline import DeliverySettings

if TYPE_CHECKING:
    from stacks.settings_file import Section

CONNECTION = r"arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[0-9a-f-]{36}"
ROLE = r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+"
LONGEST_BAKE_MINUTES = 1_440


def read_delivery(section: Section) -> DeliverySettings:
    """The settings; raises SettingsError."""
    return DeliverySettings(
        connection_arn=section.text("connection_arn", CONNECTION, "the ARN of a connection to a repository's host"),
        repository=section.text("repository", r"[\w.-]+/[\w.-]+", "owner/name"),
        branch=section.text("branch", r"[\w./-]+", "a branch"),
        image=section.text("image", IMAGE.pattern, "an image in ECR by its digest (@sha256:...)"),
        deploy_role_arn=section.text("deploy_role_arn", ROLE, "the ARN of the role that may deploy"),
        state_url=section.text("state_url", r"(s3|https)://\S+", "the URL of Pulumi's backend"),
        bake_minutes=section.whole("bake_minutes", 1, LONGEST_BAKE_MINUTES),
    )
