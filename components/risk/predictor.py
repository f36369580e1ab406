"""The model that the flow asks, once an operator has trained one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import policy_document
from components.risk.model_grants import serving_grants

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.risk.stores import RiskStores

PREDICTOR = "risk-predictor"
LONGEST_NAME = 63
VARIANT = "trained"


@dataclass(frozen=True, slots=True)
class PredictorSettings:
    """`model`: the key, in the bucket of fraud data, of what was trained. `instances`: each in another zone."""

    model: str
    instance_type: str
    instances: int


@dataclass(frozen=True, slots=True)
class PredictorArgs:
    """`image`: of the container that serves the model, in the Region's registry."""

    names: Names
    region: str
    stores: RiskStores
    image: str
    settings: PredictorSettings


class Predictor(pulumi.ComponentResource):
    """A SageMaker endpoint: its container reaches nothing, and its role reads the one model.

    Model and configuration cannot be changed, so that each has what it is made of in its name: another model gets
    another name, and the endpoint goes over to it.
    """

    endpoint_name: pulumi.Output[str]
    endpoint_arn: pulumi.Output[str]

    def __init__(self, name: str, args: PredictorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:Predictor", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings, stores = args.settings, args.stores
        endpoint = args.names.short(PREDICTOR, LONGEST_NAME)
        group = arn("logs", args.region, args.names.account_id, f"log-group:/aws/sagemaker/Endpoints/{endpoint}")
        role = ExecutionRole(
            PREDICTOR,
            ExecutionRoleArgs(
                args.names.role(args.region, PREDICTOR),
                "sagemaker.amazonaws.com",
                "Serves the risk engine's model",
                for_account=args.names.account_id,
            ),
            child,
        )
        permitted = aws.iam.RolePolicy(
            PREDICTOR,
            name="grants",
            role=role.role_name,
            policy=policy_document(serving_grants(stores, args.region, args.image, settings.model, group)),
            opts=child,
        )
        made_of = "\n".join((args.image, settings.model, settings.instance_type, str(settings.instances)))
        own_name = f"{endpoint}-{hashlib.sha256(made_of.encode()).hexdigest()[:8]}"
        model = aws.sagemaker.Model(
            name,
            name=own_name,
            execution_role_arn=role.arn,
            enable_network_isolation=True,
            primary_container=aws.sagemaker.ModelPrimaryContainerArgs(
                image=args.image,
                model_data_url=pulumi.Output.concat("s3://", stores.fraud.bucket_name, f"/{settings.model}"),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        configuration = aws.sagemaker.EndpointConfiguration(
            name,
            name=own_name,
            kms_key_arn=stores.key_arn,
            production_variants=[
                aws.sagemaker.EndpointConfigurationProductionVariantArgs(
                    variant_name=VARIANT,
                    model_name=model.name,
                    instance_type=settings.instance_type,
                    initial_instance_count=settings.instances,
                )
            ],
            opts=child,
        )
        served = aws.sagemaker.Endpoint(name, name=endpoint, endpoint_config_name=configuration.name, opts=child)
        self.endpoint_name, self.endpoint_arn = served.name, served.arn
        self.register_outputs({"endpointName": self.endpoint_name})
