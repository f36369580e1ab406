"""The flow that decides on the risk of a payment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.risk.decision_states import FlowTargets, decision_flow
from components.risk.flow_grants import FlowReach, flow_grants
from components.risk.key_statements import DECIDING, state_machine_arn
from components.risk.state_machine import StateMachine, StateMachineArgs
from components.risk.stores import WATCHED

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.data.reach import ProfilesReach
    from components.risk.alerts import FraudAlerts
    from components.risk.predictor import Predictor
    from components.risk.rules import RiskRules
    from components.risk.stores import RiskStores


@dataclass(frozen=True, slots=True)
class DecisionFlowArgs:
    """`profiles`, `profiles_table`: None where the environment has none; `predictor`: None before there is a model.

    `decision_days`: how long a decision stays on record.
    """

    names: Names
    region: str
    stores: RiskStores
    alerts: FraudAlerts
    profiles: ProfilesReach | None
    profiles_table: str | None
    predictor: Predictor | None
    rules: RiskRules
    decision_days: int
    log_retention_days: int


class DecisionFlow(pulumi.ComponentResource):
    """An express state machine that calls the services itself: no function stands between.

    Rules give points; a model, where there is one, gives its own, and the more of both decide. The first decision on a
    transaction in a Region stands. Whoever asks gets the decision, the points, and whether the model had a say.
    """

    machine_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DecisionFlowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:DecisionFlow", name, None, opts)
        stores, predictor = args.stores, args.predictor
        targets = FlowTargets(
            watched_table=args.names.regional(WATCHED),
            decisions_table=stores.decisions.table_name,
            topic_arn=args.alerts.topic_arn,
            profiles_table=args.profiles_table,
            endpoint_name=None if predictor is None else predictor.endpoint_name,
            rules=args.rules,
            decision_days=args.decision_days,
        )
        reach = FlowReach(
            region=args.region,
            key_arn=stores.key_arn,
            machine_arn=state_machine_arn(args.names, args.region, DECIDING),
            watched_arn=stores.watched.arn,
            decisions_arn=stores.decisions.arn,
            topic_arn=args.alerts.topic_arn,
            profiles=args.profiles,
            endpoint_arn=None if predictor is None else predictor.endpoint_arn,
        )
        flow = StateMachine(
            DECIDING,
            StateMachineArgs(
                names=args.names,
                region=args.region,
                kind="EXPRESS",
                definition=decision_flow(targets),
                grants=tuple(flow_grants(reach)),
                key_arn=stores.key_arn,
                log_retention_days=args.log_retention_days,
                failing="Payments were not assessed. Look at the flow's log and at its traces.",
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.machine_arn = flow.arn
        self.register_outputs({"machineArn": self.machine_arn})
