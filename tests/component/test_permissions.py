"""Each function may do what it calls, where it calls it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.risk.key_statements import OF_A_STATE_MACHINE
from tests.component.policies import allowed, statements_of, with_policies
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ACCOUNT = "000000000000"
FUNCTIONS = (
    "transaction",
    "intake",
    "incoming",
    "processing",
    "releasing",
    "outgoing",
    "timeout",
    "health",
    "recover",
    "publishing",
    "syncer",
    "attest",
    "vault",
    "custody",
)
OTHER = {"eu-west-1": "eu-west-2", "eu-west-2": "eu-west-1"}
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
DIRECT_USE = ["kms:GenerateDataKeyWithoutPlaintext"]
PURPOSE = "kms:EncryptionContext:purpose"
SEALING = {"intake", "processing", "timeout", "recover"}
OPENING = {"incoming", "processing", "releasing", "outgoing", "timeout", "recover"}
DIRECT_USES: dict[str, tuple[set[str], dict[str, list[str]]]] = {
    # It gives away nothing, and opens nothing that anyone else made.
    "UseKey": ({"health", "recover"}, {PURPOSE: ["health"]}),
    "Seal": (SEALING, {PURPOSE: ["payload"]}),
    "Unseal": (OPENING, {PURPOSE: ["payload"]}),
    # What it signs comes from nobody else, and opens nothing.
    "SignHeads": ({"attest"}, {"kms:MessageType": ["RAW"], "kms:SigningAlgorithm": ["ECDSA_SHA_384"]}),
    "DeriveTokenKeys": ({"vault"}, {"kms:MacAlgorithm": ["HMAC_SHA_256"]}),
    "WrapSubjectKeys": ({"vault"}, {PURPOSE: ["vault"]}),
}
"""Statements that name a key without a service between: whose they are, and what binds them."""
OF_ITS_OWN = {"OpenSession": "kms:EncryptionContext:aws:ssm:SessionId", "OpenExecutions": OF_A_STATE_MACHINE}
"""Statements by which a service opens, in a role's name, what is of a session or of that role's own state machine: the
hubs' tests say which."""
WITHOUT_RESOURCE = {
    ("operator-support", "SeeAlarms"),
    ("operator-support", "EndIt"),
    ("operator-administration", "SeeAlarms"),
    ("operator-audit", "Trail"),
    ("operator-approval", "Approve"),
    ("configuration-rollback", "Look"),
    ("delivery-check", "Registry"),
    ("delivery-deploy", "Registry"),
    ("bastion", "Agent"),
    ("bastion", "Channels"),
    ("bastion", "FindLog"),
    ("risk-decisions", "DeliverLogs"),
    ("risk-decisions", "Trace"),
    ("risk-training", "DeliverLogs"),
    ("risk-training", "Trace"),
    ("risk-training", "Train"),
    ("risk-training", "Follow"),
    ("risk-training-job", "EnterRegistry"),
    ("risk-training-job", "Measure"),
    ("risk-predictor", "EnterRegistry"),
    ("risk-predictor", "Measure"),
    ("risk-signals", "ListStreams"),
}
"""Statements whose calls AWS knows no resource for, or none that is there beforehand."""
OF_HUBS = {
    "sessions", "to-hot-data", "to-archive", "risk-decisions", "risk-training", "risk-signals", "firewall-alerts",
    "firewall-flows", "resolver", "vpn", "logs", "other-logs", "advisor-models", "records",
    "third-parties",
}  # fmt: skip
"""Log groups of hubs, each under its hub's own key."""
WITHOUT_KNOWN_IDS = {"ssm", "ssmmessages", "logs", "risk-api"}
"""Endpoints that bastions call with their own ids, which are made when they start; and one whose API is made after."""
RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def table(region: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/twinrail-dev-transactions"


def leadership(region: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/twinrail-dev-leadership"


def audit(region: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/twinrail-dev-audit"


def queue(region: str, name: str) -> str:
    return f"arn:aws:sqs:{region}:{ACCOUNT}:twinrail-dev-{name}.fifo"


def standard_queue(region: str, name: str) -> str:
    return f"arn:aws:sqs:{region}:{ACCOUNT}:twinrail-dev-{name}"


def ledger(region: str) -> str:
    return f"arn:aws:dsql:{region}:{ACCOUNT}:cluster/ledger-{region}"


def bucket(region: str) -> str:
    return f"arn:aws:s3:::twinrail-dev-payloads-{region}-{ACCOUNT}"


def objects(region: str, prefix: str) -> str:
    return f"{bucket(region)}/{prefix}/*"


def key(region: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/payloads-{region}"


def envelopes(region: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/envelopes-{region}"


def vault_table(region: str, name: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/twinrail-dev-vault-{name}"


def vault_key(region: str, name: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{name}-{region}"


def calls_of(function: str, here: str) -> dict[str, set[str]]:
    """The calls of each function, from the message path's own description."""
    there = OTHER[here]
    both = {key(here), key(there)}
    received = {action: {queue(here, function)} for action in (*RECEIVE, "sqs:ChangeMessageVisibility")}
    dead_letters = queue(here, f"{function}-dead-letters")
    ticks = f"arn:aws:sqs:{here}:{ACCOUNT}:twinrail-dev-ticks"
    published = f"arn:aws:dynamodb:{here}:{ACCOUNT}:table/twinrail-dev-published-events"
    calls: dict[str, dict[str, set[str]]] = {
        "transaction": {
            "dynamodb:PutItem": {table(here)},
            "dynamodb:GetItem": {table(here)},
            "kms:Decrypt": {key(here)},
        },
        "intake": {
            "sqs:SendMessage": {queue(here, "incoming")},
            "kms:Decrypt": {key(here)},
            "kms:GenerateDataKey": {key(here), envelopes(here)},
        },
        "incoming": received
        | {
            "s3:PutObject": {objects(here, "incoming"), objects(there, "incoming"), objects(here, "refused")},
            "dynamodb:UpdateItem": {table(here)},
            "sqs:SendMessage": {queue(here, "processing"), dead_letters},
            "kms:Decrypt": {key(here), envelopes(here)},
            "kms:GenerateDataKey": both,
        },
        "processing": received
        | {
            "s3:GetObject": {objects(here, "incoming"), objects(there, "incoming")},
            "dsql:DbConnect": {ledger(here)},
            "dynamodb:UpdateItem": {table(here)},
            "sqs:SendMessage": {queue(here, "releasing"), dead_letters},
            # What it cancels it ends: it looks whose it is, stores the answer, tells subscribers.
            "dynamodb:GetItem": {table(here)},
            "s3:PutObject": {objects(here, "outgoing"), objects(there, "outgoing")},
            "sns:Publish": {f"arn:aws:sns:{here}:{ACCOUNT}:twinrail-dev-notifications"},
            "kms:Decrypt": both | {envelopes(here)},
            "kms:GenerateDataKey": both | {envelopes(here)},
        },
        "releasing": received
        | {
            "sqs:SendMessage": {dead_letters},
            "s3:PutObject": {objects(here, "outgoing"), objects(there, "outgoing")},
            "dsql:DbConnect": {ledger(here)},
            "dynamodb:UpdateItem": {table(here)},
            "sns:Publish": {f"arn:aws:sns:{here}:{ACCOUNT}:twinrail-dev-notifications"},
            "kms:Decrypt": {key(here), envelopes(here)},
            "kms:GenerateDataKey": both,
        },
        "outgoing": {
            "dynamodb:GetItem": {table(here)},
            "s3:GetObject": {objects(here, "outgoing"), objects(there, "outgoing")},
            "kms:Decrypt": both | {envelopes(here)},
        },
        "timeout": {action: {ticks} for action in (*RECEIVE, "sqs:SendMessage")}
        | {
            "dsql:DbConnect": {ledger(here)},
            "dynamodb:Query": {f"{table(here)}/index/open-by-deadline"},
            "dynamodb:GetItem": {table(here)},
            "dynamodb:UpdateItem": {table(here)},
            "s3:GetObject": {objects(here, "incoming"), objects(there, "incoming")},
            "s3:PutObject": {objects(region, path) for region in REGIONS for path in ("incoming", "outgoing")},
            "sns:Publish": {f"arn:aws:sns:{here}:{ACCOUNT}:twinrail-dev-notifications"},
            "kms:Decrypt": both | {envelopes(here)},
            "kms:GenerateDataKey": both | {envelopes(here)},
        },
        "health": {
            "sqs:GetQueueAttributes": {queue(here, "incoming")},
            "s3:ListBucket": {bucket(here)},
            # The health of its Region, and whether that was taken over.
            "dynamodb:GetItem": {table(here), leadership(here)},
            "dsql:DbConnect": {ledger(here)},
            "kms:GenerateDataKeyWithoutPlaintext": {key(here), envelopes(here)},
            "kms:Decrypt": {key(here)},
        },
        "recover": {action: {f"{ticks.removesuffix('ticks')}recovery-ticks"} for action in RECEIVE}
        | {
            # Of its own Region's health: what `health` asks.
            "sqs:GetQueueAttributes": {f"{ticks.removesuffix('ticks')}recovery-ticks", queue(here, "incoming")},
            "s3:ListBucket": {bucket(here)},
            "kms:GenerateDataKeyWithoutPlaintext": {key(here), envelopes(here)},
            "sqs:SendMessage": {f"{ticks.removesuffix('ticks')}recovery-ticks", queue(here, "processing")},
            "dsql:DbConnect": {ledger(here)},
            "dynamodb:Query": {f"{table(here)}/index/open-by-deadline", audit(here)},
            "dynamodb:GetItem": {table(here), leadership(here)},
            # To the audit chain it adds, and no more.
            "dynamodb:PutItem": {leadership(here), audit(here)},
            "dynamodb:UpdateItem": {table(here), leadership(here)},
            "s3:GetObject": {objects(here, "incoming"), objects(there, "incoming")},
            "s3:PutObject": {objects(region, "outgoing") for region in REGIONS},
            "sns:Publish": {f"arn:aws:sns:{here}:{ACCOUNT}:twinrail-dev-notifications"},
            "kms:Decrypt": both | {envelopes(here)},
            "kms:GenerateDataKey": both | {envelopes(here)},
        },
        # What Lambda itself does to put it into its network is held apart: it names nothing.
        "publishing": {
            action: {standard_queue(here, "payment-events")} for action in (*RECEIVE, "sqs:ChangeMessageVisibility")
        }
        | {
            "sqs:SendMessage": {standard_queue(here, "payment-events-dead-letters")},
            "dynamodb:PutItem": {published},
            "kms:Decrypt": {key(here)},
            "kms:GenerateDataKey": {key(here)},
        },
        "syncer": {action: {standard_queue(here, "syncing")} for action in (*RECEIVE, "sqs:ChangeMessageVisibility")}
        | {
            "sqs:SendMessage": {standard_queue(here, "syncing-dead-letters"), standard_queue(there, "payment-events")},
            "kms:Decrypt": both,
            "kms:GenerateDataKey": both,
        },
        "attest": {action: {standard_queue(here, "audit-ticks")} for action in RECEIVE}
        | {
            "dynamodb:Query": {audit(here)},
            "s3:ListBucket": {f"arn:aws:s3:::twinrail-dev-audit-heads-{there}-{ACCOUNT}"},
            "s3:GetObject": {f"arn:aws:s3:::twinrail-dev-audit-heads-{there}-{ACCOUNT}/heads/*"},
            "s3:PutObject": {f"arn:aws:s3:::twinrail-dev-audit-heads-{there}-{ACCOUNT}/heads/*"},
            "kms:Sign": {f"arn:aws:kms:{here}:{ACCOUNT}:key/audit-{here}"},
            "kms:Verify": {f"arn:aws:kms:{here}:{ACCOUNT}:key/audit-{here}"},
            "kms:Decrypt": both,
            "kms:GenerateDataKey": {key(there)},
        },
        # Nobody else's role names its keys.
        "vault": {
            "kms:GenerateMac": {vault_key(here, "tokens")},
            "kms:GenerateDataKey": {vault_key(here, "vault")},
            "kms:Decrypt": {vault_key(here, "vault"), key(here)},
            "dynamodb:BatchGetItem": {vault_table(here, "tokens"), vault_table(here, "subjects")},
            "dynamodb:UpdateItem": {vault_table(here, "tokens"), vault_table(here, "subjects")},
            "dynamodb:GetItem": {vault_table(here, "subjects")},
            # To the audit chain, whose table is under the payload key, it adds.
            "dynamodb:PutItem": {vault_table(here, "subjects"), audit(here)},
            "dynamodb:Query": {audit(here)},
        },
        "custody": {action: {standard_queue(here, "changes")} for action in (*RECEIVE, "sqs:ChangeMessageVisibility")}
        | {
            "sqs:SendMessage": {standard_queue(here, "changes-dead-letters")},
            "dynamodb:PutItem": {audit(here)},
            "dynamodb:Query": {audit(here)},
            "kms:Decrypt": {key(here)},
            "kms:GenerateDataKey": {key(here)},
        },
    }
    return calls[function]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_role_allows_the_functions_calls_and_no_more_when_it_is_deployed(
    dev: dict[str, RecordedStack], region: str, function: str
) -> None:
    policy = dev[f"dev-{region}"].one(ROLE_POLICY, function)
    log = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/aws/lambda/twinrail-dev-{function}:*"
    expected = calls_of(function, region) | {"logs:CreateLogStream": {log}, "logs:PutLogEvents": {log}}
    assert allowed(policy) == expected
    assert policy.inputs["role"] == f"twinrail-dev-{region}-{function}"


@pytest.mark.parametrize("region", REGIONS)
def test_every_function_has_a_role_of_its_own_when_it_is_deployed(dev: dict[str, RecordedStack], region: str) -> None:
    functions = dev[f"dev-{region}"].of("aws:lambda/function:Function")
    made = {role.outputs["arn"] for role in dev["dev-foundation"].of("aws:iam/role:Role").values()}
    roles = {name: function.inputs["role"] for name, function in functions.items()}
    assert set(roles) == set(FUNCTIONS)
    assert len(set(roles.values())) == len(FUNCTIONS)
    assert set(roles.values()) <= made
    assert all(f"-{region}-{name}" in role for name, role in roles.items())


def test_every_use_of_a_key_is_bound_to_a_service_or_to_a_purpose_when_a_role_may_use_it(
    dev: dict[str, RecordedStack],
) -> None:
    for stack in dev.values():
        for policy in stack.of(ROLE_POLICY).values():
            for statement in statements_of(policy):
                if not any(action.startswith("kms:") for action in statement["Action"]):
                    continue
                if statement["Action"] == ["kms:GetPublicKey"]:
                    # It is public.
                    continue
                if statement["Sid"] in OF_ITS_OWN:
                    ((_, bound),) = statement["Condition"].items()
                    assert set(bound) == {OF_ITS_OWN[statement["Sid"]]}
                    continue
                if policy.name in DIRECT_USES.get(statement["Sid"], ((), {}))[0]:
                    _, bound = DIRECT_USES[statement["Sid"]]
                    assert statement["Condition"] == {"StringEquals": bound}
                    continue
                services = statement["Condition"]["StringEquals"]["kms:ViaService"]
                regions = [arn.split(":")[3] for arn in statement["Resource"]]
                assert {service.split(".")[1] for service in services} == set(regions)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_no_allow_holds_a_wildcard_when_it_is_not_one_of_the_typed_forms(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    for stack in stacks.values():
        for resource in with_policies(stack):
            of_a_key = resource.type.startswith("aws:kms/")
            for statement in statements_of(resource):
                if statement["Effect"] == "Deny" or statement["Sid"] == "AttachToNetwork":
                    continue
                assert not [action for action in statement["Action"] if "*" in action]
                if resource.type == ROLE_POLICY and (resource.name, statement["Sid"]) in WITHOUT_RESOURCE:
                    assert statement["Resource"] == ["*"]
                    continue
                if resource.type == "aws:ec2/vpcEndpoint:VpcEndpoint" and resource.name in WITHOUT_KNOWN_IDS:
                    assert statement["Condition"]["StringEquals"]["aws:PrincipalAccount"]
                    continue
                for arn in statement.get("Resource", []):
                    exact = arn.removesuffix("/*") if arn.startswith("arn:aws:s3:::") else arn.removesuffix(":*")
                    assert "*" not in exact or (of_a_key and arn == "*")


def test_what_is_denied_is_denied_to_everyone_when_a_resource_policy_denies(dev: dict[str, RecordedStack]) -> None:
    denials = [
        statement
        for stack in dev.values()
        for resource in with_policies(stack)
        for statement in statements_of(resource)
        if statement["Effect"] == "Deny" and statement["Sid"] != "NotByItsCode"
    ]
    assert denials
    assert all(statement["Principal"] == "*" and statement["Condition"] for statement in denials)


def test_payload_key_names_its_users_when_it_is_made(dev: dict[str, RecordedStack]) -> None:
    foundation = dev["dev-foundation"]
    primary = foundation.one("aws:kms/key:Key", "payloads-eu-west-1")
    replica = foundation.one("aws:kms/replicaKey:ReplicaKey", "payloads-eu-west-2")
    by_sid = {statement["Sid"]: statement for statement in statements_of(primary)}
    assert primary.inputs["policy"] == replica.inputs["policy"]
    assert set(by_sid) == {
        "Administration",
        "TableGrants",
        "Ledger",
        "Functions",
        "Health",
        "Topics",
        "Rules",
        "Replication",
    }
    assert by_sid["Health"]["Action"] == DIRECT_USE
    assert by_sid["Health"]["Condition"] == {
        "ArnEquals": {
            "aws:PrincipalArn": [
                f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{region}-{function}"
                for region in REGIONS
                for function in ("health", "recover")
            ]
        },
        "StringEquals": {"kms:EncryptionContext:purpose": ["health"]},
    }
    assert by_sid["Ledger"]["Principal"] == {"Service": ["dsql.amazonaws.com"]}
    assert by_sid["Ledger"]["Condition"] == {"StringEquals": {"aws:SourceAccount": [ACCOUNT]}}
    assert by_sid["Topics"]["Principal"] == {"Service": ["sns.amazonaws.com"]}
    assert by_sid["Rules"]["Principal"] == {"Service": ["events.amazonaws.com"]}
    assert by_sid["Rules"]["Condition"] == {
        "ArnEquals": {
            "aws:SourceArn": [f"arn:aws:events:{region}:{ACCOUNT}:rule/twinrail-dev-changes" for region in REGIONS]
        }
    }
    assert by_sid["Topics"]["Condition"] == {
        "ArnEquals": {
            "aws:SourceArn": [f"arn:aws:sns:{region}:{ACCOUNT}:twinrail-dev-notifications" for region in REGIONS]
        }
    }
    users = by_sid["Functions"]["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    functions = {f"twinrail-dev-{region}-{function}" for region in REGIONS for function in FUNCTIONS}
    operators = {f"twinrail-dev-operator-{operator}" for operator in ("administration", "audit", "support")}
    assert set(users) == {f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in functions | operators}
    assert not {"kms:Decrypt", "kms:GenerateDataKey"} & set(by_sid["Administration"]["Action"])


def test_envelope_key_names_who_seals_and_who_opens_when_it_is_made(dev: dict[str, RecordedStack]) -> None:
    primary = dev["dev-foundation"].one("aws:kms/key:Key", "envelopes-eu-west-1")
    replica = dev["dev-foundation"].one("aws:kms/replicaKey:ReplicaKey", "envelopes-eu-west-2")
    by_sid = {statement["Sid"]: statement for statement in statements_of(primary)}
    assert primary.inputs["policy"] == replica.inputs["policy"]
    assert primary.inputs["multiRegion"] is primary.inputs["enableKeyRotation"] is True
    assert set(by_sid) == {"Administration", "Seal", "Unseal", "Health"}
    for sid, action, functions, purpose in (
        ("Seal", "kms:GenerateDataKey", SEALING, "payload"),
        ("Unseal", "kms:Decrypt", OPENING, "payload"),
        ("Health", *DIRECT_USE, ("health", "recover"), "health"),
    ):
        assert by_sid[sid]["Action"] == [action]
        assert by_sid[sid]["Condition"]["StringEquals"] == {"kms:EncryptionContext:purpose": [purpose]}
        assert set(by_sid[sid]["Condition"]["ArnEquals"]["aws:PrincipalArn"]) == {
            f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{region}-{function}"
            for region in REGIONS
            for function in functions
        }
    assert not {"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"} & set(by_sid["Administration"]["Action"])


def test_operations_key_serves_only_these_log_groups_when_logs_asks(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    statements = statements_of(stack.one("aws:kms/key:Key", "operations"))
    logs = next(each for each in statements if each["Sid"] == "LogGroups")
    made = stack.of("aws:cloudwatch/logGroup:LogGroup").values()
    groups = {
        group.outputs["arn"]
        for group in made
        if group.inputs["kmsKeyId"] == stack.one("aws:kms/key:Key", "operations").outputs["arn"]
    }
    assert {group.name for group in made if group.outputs["arn"] not in groups} == OF_HUBS
    assert logs["Principal"] == {"Service": ["logs.eu-west-1.amazonaws.com"]}
    assert set(logs["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]) == groups
