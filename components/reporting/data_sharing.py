"""What of the data others may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class DataSharingArgs:
    """`names`: whose data set."""

    names: Names


class DataSharing(pulumi.ComponentResource):
    """A data set of AWS Data Exchange, empty: what is put into it, and offered to whom, people decide each time."""

    def __init__(self, name: str, args: DataSharingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:DataSharing", name, None, opts)
        data_set = aws.dataexchange.DataSet(
            name,
            name=args.names.regional(name),
            description="Figures of payments, without names and accounts",
            asset_type="S3_SNAPSHOT",
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.dataexchange.Revision(
            name, data_set_id=data_set.id, comment="The first, empty", opts=pulumi.ResourceOptions(parent=self)
        )
        self.register_outputs({"arn": data_set.arn})
