"""The vault's parts, put together: once per process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.dynamodb_vault import DynamoDBAllowances, DynamoDBSubjects, DynamoDBTokens
from lambdas.adapters.encryption_sdk import KmsSubjectKeyWrap, SdkValueSeal
from lambdas.adapters.kms_tokens import KmsTokenKeys
from lambdas.adapters.system import SystemClock
from lambdas.service.detokenise import Detokenise
from lambdas.service.erase_subject import EraseSubject
from lambdas.service.tokenise import Tokenise
from lambdas.service.vault_audit import VaultRecord

if TYPE_CHECKING:
    from lambdas.adapters.environment import VaultSettings
    from lambdas.service.ports import AuditTrail


@dataclass(frozen=True, slots=True)
class VaultUseCases:
    """What the vault does, and the record of what it refuses."""

    tokenise: Tokenise
    detokenise: Detokenise
    erase: EraseSubject
    record: VaultRecord


def compose_vault(settings: VaultSettings, trail: AuditTrail) -> VaultUseCases:
    """Over the Region's own keys and replicas."""
    clock = SystemClock()
    table = clients.dynamodb(settings.region, settings.function)
    kms = clients.kms(settings.region, settings.function)
    keys = KmsTokenKeys(kms, settings.token_key_arn, settings.token_key_version)
    tokens = DynamoDBTokens(table, settings.tokens_table)
    subjects = DynamoDBSubjects(table, settings.subjects_table)
    wrap, seal = KmsSubjectKeyWrap(kms, settings.vault_key_arn), SdkValueSeal()
    allowances = DynamoDBAllowances(table, settings.tokens_table, settings.values_per_minute)
    record = VaultRecord(trail, clock)
    return VaultUseCases(
        Tokenise(keys, tokens, subjects, wrap, seal),
        Detokenise(tokens, subjects, wrap, seal, allowances, record, clock),
        EraseSubject(keys, subjects, record, clock),
        record,
    )
