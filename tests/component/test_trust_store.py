"""Third parties' clients are known by the authorities of a trust store, and by nothing else that is put there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pulumi_aws as aws
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from components.blocks.naming import Names
from components.security.trust_bundle import BUNDLE_LIMIT, check_bundle
from components.security.trust_store import MUTUAL_TLS_POLICY, TrustStore, TrustStoreArgs
from tests.component.policies import statements_of
from tests.component.recording import RecordedStack, record_component

pytestmark = pytest.mark.xdist_group("program")

ACCOUNT = "111122223333"
BUCKET = f"twinrail-prod-trust-store-eu-west-1-{ACCOUNT}"
DOMAIN = "aws:apigateway/domainName:DomainName"
KEY = ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(subject: str, *, of_an_authority: bool = True) -> str:
    """A certificate that the subject gave itself, in PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2045, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=of_an_authority, path_length=None), critical=True)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def recorded(certificates: str, *, protect: bool = True) -> RecordedStack:
    """A trust store, and a domain that is given what it says."""

    def build() -> None:
        args = TrustStoreArgs(Names("prod", ACCOUNT), "eu-west-1", certificates, protect)
        store = TrustStore("third-parties", args)
        aws.apigateway.DomainName(
            "third-parties",
            domain_name="third.example",
            security_policy=MUTUAL_TLS_POLICY,
            mutual_tls_authentication=store.mutual_tls,
        )

    return record_component("trust-store", ACCOUNT, build)


@pytest.fixture(scope="module")
def stack() -> RecordedStack:
    """One with two authorities."""
    return recorded(certificate("First") + certificate("Second"))


def test_the_domain_asks_for_certificates_of_the_bundles_very_version_when_it_is_given_the_store(
    stack: RecordedStack,
) -> None:
    domain = stack.one(DOMAIN, "third-parties").inputs
    assert domain["mutualTlsAuthentication"] == {
        "truststoreUri": f"s3://{BUCKET}/authorities.pem",
        "truststoreVersion": "version-of-authorities.pem",
    }


def test_the_domain_has_no_policy_that_forbids_mutual_tls_when_it_is_given_the_store(stack: RecordedStack) -> None:
    domain = stack.one(DOMAIN, "third-parties").inputs
    assert not domain["securityPolicy"].startswith("SecurityPolicy_")
    assert domain["securityPolicy"] == "TLS_1_2"


def test_the_bundle_is_written_to_a_bucket_that_already_has_versions_when_it_is_deployed(stack: RecordedStack) -> None:
    bundle = stack.one("aws:s3/bucketObjectv2:BucketObjectv2", "third-parties")
    versioning = stack.one("aws:s3/bucketVersioning:BucketVersioning", "third-parties")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert versioning.inputs["bucket"] == bundle.inputs["bucket"] == BUCKET
    assert any("BucketVersioning::third-parties" in urn for urn in bundle.dependencies)
    assert bundle.inputs["content"] == certificate("First") + certificate("Second")


def test_nobody_outside_reaches_the_bucket_when_it_is_made(stack: RecordedStack) -> None:
    shut = stack.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "third-parties").inputs
    kinds = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(shut[kind] is True for kind in kinds)
    (statement,) = statements_of(stack.one("aws:s3/bucketPolicy:BucketPolicy", "third-parties"))
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert set(statement["Resource"]) == {f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": ["false"]}}


def test_the_bucket_is_kept_when_the_environment_protects_its_state(stack: RecordedStack) -> None:
    assert stack.one("aws:s3/bucket:Bucket", "third-parties").protect


def test_the_bucket_can_go_when_the_environment_protects_nothing() -> None:
    assert not recorded(certificate("First"), protect=False).one("aws:s3/bucket:Bucket", "third-parties").protect


@pytest.mark.parametrize(
    ("certificates", "refusal"),
    [
        pytest.param("", "no certificates, or one that cannot be read", id="nothing"),
        pytest.param("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read", id="garbage"),
        pytest.param(
            certificate("First") + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "cannot be read",
            id="garbage-after-an-authority",
        ),
        pytest.param(
            certificate("First") + certificate("A client", of_an_authority=False),
            "1 certificates that are not an authority's",
            id="a-client",
        ),
        pytest.param(
            certificate("First") + "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
            "a private key",
            id="a-key",
        ),
        pytest.param(certificate("First") + " " * BUNDLE_LIMIT, "bytes", id="too-large"),
        pytest.param(certificate("First") + "é", "what is not ASCII", id="not-ascii"),
    ],
)
def test_the_bundle_is_refused_when_it_is_not_certificates_of_authorities(certificates: str, refusal: str) -> None:
    with pytest.raises(ValueError, match=f"^certificates: .*{refusal}.*; expected ") as refused:
        check_bundle(certificates)
    assert "AAAA" not in str(refused.value)
    assert "First" not in str(refused.value)


def test_nothing_is_deployed_when_the_bundle_is_refused() -> None:
    with pytest.raises(ValueError, match="a private key"):
        recorded(certificate("First") + "-----BEGIN PRIVATE KEY-----")
