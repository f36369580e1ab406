"""The identities of functions: one role per function and Region, made before anything that they are granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.role import ExecutionRole, ExecutionRoleArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class FunctionIdentitiesArgs:
    """`functions` are the functions' short names; `providers` has one provider per Region."""

    names: Names
    functions: tuple[str, ...]
    providers: Mapping[str, aws.Provider]


class FunctionIdentities(pulumi.ComponentResource):
    """A role for every function in every Region; `roles` by Region, then by function.

    They live with what spans Regions, so that keys can name them before a Region's own stack is there. They can do
    nothing until that stack grants each of them what its function calls.
    """

    def __init__(self, name: str, args: FunctionIdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:FunctionIdentities", name, None, opts)
        self.roles = {
            region: {function: self._role(args, region, function) for function in args.functions}
            for region in args.providers
        }
        self.register_outputs({})

    def _role(self, args: FunctionIdentitiesArgs, region: str, function: str) -> ExecutionRole:
        return ExecutionRole(
            f"{function}-{region}",
            ExecutionRoleArgs(
                role_name=args.names.role(region, function),
                service="lambda.amazonaws.com",
                description=f"What the function {function} may do in {region}",
            ),
            opts=pulumi.ResourceOptions(parent=self, provider=args.providers[region]),
        )
