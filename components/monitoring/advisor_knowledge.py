"""What the support advisor knows: its documents, as vectors that a question is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, ObjectPrefix, through
from components.monitoring.advisor_store import PREFIX

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.monitoring.advisor_store import AdvisorStore

DIMENSIONS = 1_024
"""As many as the embedding model makes."""
UNFILTERABLE = ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]
"""What Bedrock keeps beside a vector: too long for what can be filtered by."""


def model_arn(region: str, model: str) -> str:
    """Of a foundation model, which is no account's."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model}"


@dataclass(frozen=True, slots=True)
class AdvisorKnowledgeArgs:
    """`embedding_model`: the id of a Bedrock model that makes vectors of DIMENSIONS."""

    names: Names
    region: str
    store: AdvisorStore
    embedding_model: str
    protect: bool


class AdvisorKnowledge(pulumi.ComponentResource):
    """A Bedrock knowledge base over the store's documents; its vectors are in S3, and only its role reads either."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: AdvisorKnowledgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:AdvisorKnowledge", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        index = self._index()
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, name),
                service="bedrock.amazonaws.com",
                description="Reads the support advisor's documents and keeps their vectors",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        permitted = aws.iam.RolePolicy(
            name, name="grants", role=role.role_name, policy=policy_document(self._grants(index)), opts=self._child
        )
        base = self._base(index, role, permitted)
        self._source(base)
        self.arn = base.arn
        self.register_outputs({"arn": self.arn})

    def _index(self) -> aws.s3.VectorsIndex:
        args, key = self._args, self._args.store.key_arn
        bucket = aws.s3.VectorsVectorBucket(
            self._name,
            vector_bucket_name=args.names.short(f"vectors-{args.region}", 63),
            encryption_configurations=[
                aws.s3.VectorsVectorBucketEncryptionConfigurationArgs(kms_key_arn=key, sse_type="aws:kms")
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        return aws.s3.VectorsIndex(
            self._name,
            vector_bucket_name=bucket.vector_bucket_name,
            index_name="documents",
            data_type="float32",
            dimension=DIMENSIONS,
            distance_metric="cosine",
            encryption_configurations=[
                aws.s3.VectorsIndexEncryptionConfigurationArgs(kms_key_arn=key, sse_type="aws:kms")
            ],
            metadata_configuration=aws.s3.VectorsIndexMetadataConfigurationArgs(
                non_filterable_metadata_keys=UNFILTERABLE
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _base(
        self, index: aws.s3.VectorsIndex, role: ExecutionRole, permitted: aws.iam.RolePolicy
    ) -> aws.bedrock.AgentKnowledgeBase:
        args = self._args
        return aws.bedrock.AgentKnowledgeBase(
            self._name,
            name=args.names.regional(self._name),
            description="Runbooks and documents for those who support the hub",
            role_arn=role.arn,
            knowledge_base_configuration=aws.bedrock.AgentKnowledgeBaseKnowledgeBaseConfigurationArgs(
                type="VECTOR",
                vector_knowledge_base_configuration=aws.bedrock.AgentKnowledgeBaseKnowledgeBaseConfigurationVectorKnowledgeBaseConfigurationArgs(
                    embedding_model_arn=model_arn(args.region, args.embedding_model)
                ),
            ),
            storage_configuration=aws.bedrock.AgentKnowledgeBaseStorageConfigurationArgs(
                type="S3_VECTORS",
                s3_vectors_configuration=aws.bedrock.AgentKnowledgeBaseStorageConfigurationS3VectorsConfigurationArgs(
                    index_arn=index.index_arn
                ),
            ),
            # Bedrock tries whether the role may read the index.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _source(self, base: aws.bedrock.AgentKnowledgeBase) -> None:
        args = self._args
        aws.bedrock.AgentDataSource(
            self._name,
            name=args.names.regional(self._name),
            knowledge_base_id=base.id,
            data_deletion_policy="DELETE",
            data_source_configuration=aws.bedrock.AgentDataSourceDataSourceConfigurationArgs(
                type="S3",
                s3_configuration=aws.bedrock.AgentDataSourceDataSourceConfigurationS3ConfigurationArgs(
                    bucket_arn=args.store.documents.arn,
                    bucket_owner_account_id=args.names.account_id,
                    inclusion_prefixes=[f"{PREFIX}/"],
                ),
            ),
            server_side_encryption_configuration=aws.bedrock.AgentDataSourceServerSideEncryptionConfigurationArgs(
                kms_key_arn=args.store.key_arn
            ),
            opts=self._child,
        )

    def _grants(self, index: aws.s3.VectorsIndex) -> list[Statement]:
        """Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases"."""
        args = self._args
        documents, key = args.store.documents.arn, Exactly(args.store.key_arn)
        embedding = Exactly(model_arn(args.region, args.embedding_model))
        actions = ("DeleteVectors", "GetIndex", "GetVectors", "PutVectors", "QueryVectors")
        return [
            Statement("Embed", "Allow", ("bedrock:InvokeModel",), (embedding,)),
            Statement("ReadDocuments", "Allow", ("s3:GetObject",), (ObjectPrefix(documents, PREFIX),)),
            Statement("ListDocuments", "Allow", ("s3:ListBucket",), (Exactly(documents),)),
            Statement(
                "KeepVectors", "Allow", tuple(f"s3vectors:{each}" for each in actions), (Exactly(index.index_arn),)
            ),
            Statement(
                "OpenAndSeal",
                "Allow",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (key,),
                conditions=(through(args.region, "bedrock", "s3", "s3vectors"),),
            ),
        ]
