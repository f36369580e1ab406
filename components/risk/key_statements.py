"""Who may use the risk engine's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.key_policy import THIS_KEY, administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Account, Condition, Service, hosts

if TYPE_CHECKING:
    from components.blocks.naming import Names

SERVICES = ("dynamodb", "kinesis", "s3", "sagemaker", "sns", "sqs", "states")
DECIDING = "risk-decisions"
"""The state machine that decides, and its role."""
TRAINING = "risk-training"
"""The state machine that trains, and its role."""
OF_A_STATE_MACHINE = "kms:EncryptionContext:aws:states:stateMachineArn"


def state_machine_arn(names: Names, region: str, name: str) -> str:
    """The ARN of a state machine that another resource makes."""
    return arn("states", region, names.account_id, f"stateMachine:{names.regional(name)}")


def risk_key_statements(names: Names, region: str, log_group_names: tuple[str, ...]) -> tuple[Statement, ...]:
    """The account through the services that keep something; each state machine for what is its own; logs."""
    account_id = names.account_id
    machines = tuple(state_machine_arn(names, region, each) for each in (DECIDING, TRAINING))
    roles = tuple(names.role_arn(region, each) for each in (DECIDING, TRAINING))
    log_groups = [arn("logs", region, account_id, f"log-group:{each}") for each in log_group_names]
    return (
        administration(account_id),
        use_by_account_through("Services", account_id, hosts(SERVICES, region)),
        # A machine opens its own executions by its role (Step Functions Developer Guide, "Data at rest encryption").
        Statement(
            "StateMachines",
            "Allow",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            (THIS_KEY,),
            (Account(account_id),),
            (
                Condition("ArnEquals", "aws:PrincipalArn", roles),
                Condition("StringEquals", OF_A_STATE_MACHINE, machines),
            ),
        ),
        # What it logs is opened on the way by the service that delivers logs.
        Statement(
            "LogDelivery",
            "Allow",
            ("kms:Decrypt",),
            (THIS_KEY,),
            (Service("delivery.logs.amazonaws.com"),),
            (Condition("StringEquals", "aws:SourceAccount", (account_id,)),),
        ),
        use_by_logs(region, log_groups),
    )
