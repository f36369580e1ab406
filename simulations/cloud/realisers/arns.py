"""ARNs: made and taken apart in one place."""

from __future__ import annotations

ARN_PARTS = 6


def arn(service: str, region: str, account_id: str, resource: str) -> str:
    """`arn:aws:{service}:{region}:{account_id}:{resource}`; Region and account are empty where the service has none."""
    return f"arn:aws:{service}:{region}:{account_id}:{resource}"


def region_of(resource_arn: str) -> str:
    """The Region in an ARN.

    Raises ValueError for what is no ARN.
    """
    parts = resource_arn.split(":", 5)
    if len(parts) != ARN_PARTS or parts[0] != "arn":
        raise ValueError(f"not an ARN: {resource_arn!r}")
    return parts[3]


def invoke_arn(function_arn: str) -> str:
    """What API Gateway calls to invoke a function."""
    path = f"2015-03-31/functions/{function_arn}/invocations"
    return f"arn:aws:apigateway:{region_of(function_arn)}:lambda:path/{path}"
