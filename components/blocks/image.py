"""Images in ECR, as who runs them needs them."""

from __future__ import annotations

from components.blocks.naming import arn

PULLING = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""Of a repository."""


def repository_arn(image: str) -> str:
    """The repository of an image `<account>.dkr.ecr.<region>.amazonaws.com/<name>@...` or `...:<tag>`."""
    registry, _, rest = image.partition("/")
    account_id, _, _, region, *_ = registry.split(".")
    return arn("ecr", region, account_id, f"repository/{rest.partition('@')[0].partition(':')[0]}")
