"""S3: buckets. Their settings, each a resource of its own, are in s3_settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import changed, flag, items, outputs_of, tag_list, text
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "NoSuchBucket"
# The one Region that CreateBucket takes no location constraint for.
CLASSIC_REGION = "us-east-1"
# https://docs.aws.amazon.com/general/latest/gr/s3.html
HOSTED_ZONES = {
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-2": "Z3BJ6K6RIION7M",
}


class Bucket:
    """`aws:s3/bucket:Bucket`; identified by its name, so that our own bucket of that name is adopted.

    The deprecated settings inside a bucket are not realised: they are resources of their own.
    """

    type = "aws:s3/bucket:Bucket"
    replace_on = frozenset({"bucket", "bucketPrefix", "objectLockEnabled"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the bucket in this Region."""
        name = text(inputs, "bucket")
        location = None if cloud.region == CLASSIC_REGION else {"LocationConstraint": cloud.region}
        with accepting("BucketAlreadyOwnedByYou"):
            cloud.call(
                "s3",
                "create_bucket",
                Bucket=name,
                CreateBucketConfiguration=location,
                ObjectLockEnabledForBucket=flag(inputs, "objectLockEnabled") or None,
            )
        return self.update(cloud, name, {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the tags to the new inputs."""
        del outputs
        if changed(old, new, ["tags"]):
            tags = tag_list(new)
            if tags:
                cloud.call("s3", "put_bucket_tagging", Bucket=identity, Tagging={"TagSet": tags})
            else:
                cloud.call("s3", "delete_bucket_tagging", Bucket=identity)
        return Realised(identity, outputs_of(cloud, new, _bucket_outputs(cloud, identity)))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the bucket; with `forceDestroy`, all versions of its objects first, as far as their locks allow."""
        with accepting(GONE):
            if flag(outputs, "forceDestroy"):
                _empty(cloud, identity)
            cloud.call("s3", "delete_bucket", Bucket=identity)


def _bucket_outputs(cloud: Cloud, name: str) -> dict[str, JsonValue]:
    regional = f"{name}.s3.{cloud.region}.amazonaws.com"
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucketRegion": cloud.region,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": regional,
        "hostedZoneId": HOSTED_ZONES.get(cloud.region),
    }


def _empty(cloud: Cloud, name: str) -> None:
    page: dict[str, JsonValue] = {"IsTruncated": True}
    while flag(page, "IsTruncated"):
        page = cloud.call("s3", "list_object_versions", Bucket=name)
        versions = [*items(page, "Versions"), *items(page, "DeleteMarkers")]
        if not versions:
            return
        objects = [{"Key": text(version, "Key"), "VersionId": text(version, "VersionId")} for version in versions]
        cloud.call(
            "s3",
            "delete_objects",
            Bucket=name,
            Delete={"Objects": objects, "Quiet": True},
            BypassGovernanceRetention=True,
        )
