"""The security hub in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.security.findings import Findings, FindingsArgs
from components.security.payment_keys import PaymentKeys, PaymentKeysArgs
from components.security.private_authority import PrivateAuthority, PrivateAuthorityArgs
from components.security.sensitive_data import SensitiveData, SensitiveDataArgs
from components.security.threat_detection import ThreatDetection, ThreatDetectionArgs

if TYPE_CHECKING:
    from stacks.hubs.base import RegionBase
    from stacks.hubs.security_settings import SecuritySettings


def build_region(base: RegionBase, settings: SecuritySettings) -> None:
    """What AWS's security services do here: find, tell, search, vouch."""
    protect = base.settings.deletion_protection
    ThreatDetection("threats", ThreatDetectionArgs(base.names), base.opts)
    Findings("findings", FindingsArgs(base.names, base.region, settings, protect), base.opts)
    payloads = (base.foundation.bucket_names[base.region],)
    SensitiveData("sensitive-data", SensitiveDataArgs(base.names, payloads, settings.scan_percent), base.opts)
    root = f"{base.settings.environment} {base.region} root"
    PrivateAuthority("authority", PrivateAuthorityArgs(root, base.settings.organization, protect), base.opts)
    PaymentKeys("payment-keys", PaymentKeysArgs(base.names, protect), base.opts)
