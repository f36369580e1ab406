"""IAM: roles and policies. IAM is one for all Regions; identities are names, so that what is there is adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    as_json_text,
    at,
    changed,
    flag,
    items,
    mapping,
    optional_integer,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "NoSuchEntity"
EXISTS = "EntityAlreadyExists"


class Role:
    """`aws:iam/role:Role`, without the deprecated inline and managed policy inputs."""

    type = "aws:iam/role:Role"
    replace_on = frozenset({"name", "namePrefix", "path"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the role, or bring the one of this name to the inputs."""
        name = text(inputs, "name")
        with accepting(EXISTS):
            cloud.call(
                "iam",
                "create_role",
                RoleName=name,
                Path=optional_text(inputs, "path"),
                AssumeRolePolicyDocument=as_json_text(inputs, "assumeRolePolicy"),
                Description=optional_text(inputs, "description"),
                MaxSessionDuration=optional_integer(inputs, "maxSessionDuration"),
                PermissionsBoundary=optional_text(inputs, "permissionsBoundary"),
                Tags=tag_list(inputs),
            )
        return self.update(cloud, name, {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring trust, description, session length, boundary and tags to the new inputs."""
        del outputs
        if changed(old, new, ["assumeRolePolicy"]):
            document = as_json_text(new, "assumeRolePolicy")
            cloud.call("iam", "update_assume_role_policy", RoleName=identity, PolicyDocument=document)
        if changed(old, new, ["description", "maxSessionDuration"]):
            cloud.call(
                "iam",
                "update_role",
                RoleName=identity,
                Description=optional_text(new, "description") or "",
                MaxSessionDuration=optional_integer(new, "maxSessionDuration"),
            )
        _set_boundary(cloud, identity, old, new)
        _set_role_tags(cloud, identity, old, new)
        role = mapping(cloud.call("iam", "get_role", RoleName=identity), "Role")
        own: dict[str, JsonValue] = {
            "arn": text(role, "Arn"),
            "uniqueId": text(role, "RoleId"),
            "name": identity,
            "createDate": str(role.get("CreateDate")),
        }
        return Realised(identity, outputs_of(cloud, new, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the role; with `forceDetachPolicies`, its attached and inline policies first."""
        with accepting(GONE):
            if flag(outputs, "forceDetachPolicies"):
                _detach_all(cloud, identity)
            cloud.call("iam", "delete_role", RoleName=identity)


class RolePolicy(PutAgain):
    """`aws:iam/rolePolicy:RolePolicy`: an inline policy; its id is `role:name`."""

    type = "aws:iam/rolePolicy:RolePolicy"
    replace_on = frozenset({"name", "namePrefix", "role"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the policy; one of this name is overwritten."""
        role, name = text(inputs, "role"), text(inputs, "name")
        document = as_json_text(inputs, "policy")
        cloud.call("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=document)
        return Realised(f"{role}:{name}", outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the policy from its role."""
        del outputs
        role, _, name = identity.partition(":")
        with accepting(GONE):
            cloud.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)


class Policy:
    """`aws:iam/policy:Policy`: a managed policy; its id is its ARN."""

    type = "aws:iam/policy:Policy"
    replace_on = frozenset({"name", "namePrefix", "path", "description"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the policy, or give the one of this name the document."""
        name, path = text(inputs, "name"), optional_text(inputs, "path") or "/"
        policy_arn = arn("iam", "", cloud.account_id, f"policy{path}{name}")
        created = answer_unless(
            EXISTS,
            cloud,
            "iam",
            "create_policy",
            PolicyName=name,
            Path=path,
            PolicyDocument=as_json_text(inputs, "policy"),
            Description=optional_text(inputs, "description"),
            Tags=tag_list(inputs),
        )
        if created is None:
            _put_default_version(cloud, policy_arn, inputs)
        return self._realised(cloud, policy_arn, inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Make the new document the default version; the version before it goes, for AWS keeps five at most."""
        del outputs
        if changed(old, new, ["policy"]):
            _put_default_version(cloud, identity, new)
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the policy with its versions."""
        del outputs
        with accepting(GONE):
            _delete_old_versions(cloud, identity)
            cloud.call("iam", "delete_policy", PolicyArn=identity)

    def _realised(self, cloud: Cloud, policy_arn: str, inputs: Inputs) -> Realised:
        policy_id = at(cloud.call("iam", "get_policy", PolicyArn=policy_arn), "Policy", "PolicyId")
        return Realised(policy_arn, outputs_of(cloud, inputs, {"arn": policy_arn, "policyId": policy_id}))


class RolePolicyAttachment(PutAgain):
    """`aws:iam/rolePolicyAttachment:RolePolicyAttachment`; its id is `role/policy ARN`."""

    type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    replace_on = frozenset({"role", "policyArn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Attach the policy; attaching twice is once."""
        role, policy_arn = text(inputs, "role"), text(inputs, "policyArn")
        cloud.call("iam", "attach_role_policy", RoleName=role, PolicyArn=policy_arn)
        return Realised(f"{role}/{policy_arn}", outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Detach the policy."""
        del outputs
        role, _, policy_arn = identity.partition("/")
        with accepting(GONE):
            cloud.call("iam", "detach_role_policy", RoleName=role, PolicyArn=policy_arn)


def _set_boundary(cloud: Cloud, role: str, old: Inputs, new: Inputs) -> None:
    boundary = optional_text(new, "permissionsBoundary")
    if boundary is not None:
        cloud.call("iam", "put_role_permissions_boundary", RoleName=role, PermissionsBoundary=boundary)
    elif old.get("permissionsBoundary") is not None:
        cloud.call("iam", "delete_role_permissions_boundary", RoleName=role)


def _set_role_tags(cloud: Cloud, role: str, old: Inputs, new: Inputs) -> None:
    gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
    if gone:
        cloud.call("iam", "untag_role", RoleName=role, TagKeys=gone)
    tags = tag_list(new)
    if tags and changed(old, new, ["tags"]):
        cloud.call("iam", "tag_role", RoleName=role, Tags=tags)


def _detach_all(cloud: Cloud, role: str) -> None:
    for policy in items(cloud.call("iam", "list_attached_role_policies", RoleName=role), "AttachedPolicies"):
        cloud.call("iam", "detach_role_policy", RoleName=role, PolicyArn=text(policy, "PolicyArn"))
    for name in texts(cloud.call("iam", "list_role_policies", RoleName=role), "PolicyNames"):
        cloud.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)


def _put_default_version(cloud: Cloud, policy_arn: str, inputs: Inputs) -> None:
    _delete_old_versions(cloud, policy_arn)
    document = as_json_text(inputs, "policy")
    cloud.call("iam", "create_policy_version", PolicyArn=policy_arn, PolicyDocument=document, SetAsDefault=True)


def _delete_old_versions(cloud: Cloud, policy_arn: str) -> None:
    for version in items(cloud.call("iam", "list_policy_versions", PolicyArn=policy_arn), "Versions"):
        if not flag(version, "IsDefaultVersion"):
            version_id = text(version, "VersionId")
            cloud.call("iam", "delete_policy_version", PolicyArn=policy_arn, VersionId=version_id)
