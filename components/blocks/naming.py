"""Names of resources in AWS: the one place that forms them, within AWS's limits."""

from __future__ import annotations

from dataclasses import dataclass

PROJECT = "twinrail"
PARTITION = "aws"


def arn(service: str, region: str, account_id: str, resource: str) -> str:
    """The ARN of a resource whose name is known before it is there."""
    return f"arn:{PARTITION}:{service}:{region}:{account_id}:{resource}"


def _within(name: str, limit: int) -> str:
    if len(name) > limit or not name.isascii():
        raise ValueError(f"the name {name!r} has {len(name)} characters; AWS takes at most {limit}, ASCII")
    return name


@dataclass(frozen=True, slots=True)
class Names:
    """Forms the names of one environment's resources. `account_id` has twelve digits.

    Raises ValueError where a name would pass AWS's limit for its kind.
    """

    environment: str
    account_id: str

    def regional(self, name: str) -> str:
        """What is named per Region: functions, topics, APIs, tables, user pools (64 characters)."""
        return self.short(name, 64)

    def queue(self, name: str) -> str:
        """A FIFO queue (80 characters, the suffix among them)."""
        return _within(f"{PROJECT}-{self.environment}-{name}.fifo", 80)

    def standard_queue(self, name: str) -> str:
        """A queue without order (80 characters)."""
        return self.short(name, 80)

    def dead_letter_queue(self, name: str, *, ordered: bool) -> str:
        """Where the messages of a queue go that failed for good: FIFO if its source is."""
        dead_letters = f"{name}-dead-letters"
        return self.queue(dead_letters) if ordered else self.standard_queue(dead_letters)

    def topic_arn(self, region: str, name: str) -> str:
        """The ARN of a Region's topic."""
        return arn("sns", region, self.account_id, self.regional(name))

    def rule_arn(self, region: str, name: str) -> str:
        """The ARN of a Region's EventBridge rule."""
        return arn("events", region, self.account_id, f"rule/{self.regional(name)}")

    def queue_url(self, region: str, queue_name: str) -> str:
        """The URL of a queue that another stack makes."""
        return f"https://sqs.{region}.amazonaws.com/{self.account_id}/{queue_name}"

    def payload_bucket(self, region: str) -> str:
        """A bucket; bucket names are global to all of AWS (63 characters)."""
        return self.bucket("payloads", region)

    def audit_heads_bucket(self, region: str) -> str:
        """The bucket, in that Region, of the other Region's audit heads (63 characters)."""
        return self.bucket("audit-heads", region)

    def trail_bucket(self, region: str) -> str:
        """The bucket, in that Region, of the account's trail (63 characters)."""
        return self.bucket("trail", region)

    def bucket(self, purpose: str, region: str) -> str:
        """A bucket of a hub, by what it is for (63 characters)."""
        return _within(f"{PROJECT}-{self.environment}-{purpose}-{region}-{self.account_id}", 63)

    def short(self, name: str, limit: int) -> str:
        """What is named per Region where AWS takes fewer characters than elsewhere."""
        return _within(f"{PROJECT}-{self.environment}-{name}", limit)

    def trust_store_bucket(self, region: str) -> str:
        """The bucket, in that Region, of the authorities whose clients come with certificates (63 characters)."""
        return self.bucket("trust-store", region)

    def role(self, region: str, user: str) -> str:
        """A role; role names are global to the account, so they carry the Region (64 characters)."""
        return _within(f"{PROJECT}-{self.environment}-{region}-{user}", 64)

    def role_arn(self, region: str, user: str) -> str:
        """The ARN of a role that another resource makes."""
        return f"arn:aws:iam::{self.account_id}:role/{self.role(region, user)}"

    def key_alias(self, name: str) -> str:
        """A key's alias."""
        return _within(f"alias/{PROJECT}-{self.environment}-{name}", 256)

    def region_switch_plan(self, name: str) -> str:
        """A Region switch plan (32 characters)."""
        return self.short(name, 32)

    def function_log_group(self, name: str) -> str:
        """The log group of a function, where Lambda looks for it by default."""
        return f"/aws/lambda/{self.regional(name)}"

    def api_log_group(self, name: str) -> str:
        """The access log group of an API."""
        return f"/aws/apigateway/{self.regional(name)}"

    def firewall_log_group(self, name: str) -> str:
        """The log group of a web ACL: WAF takes none whose name begins otherwise."""
        return f"aws-waf-logs-{self.regional(name)}"

    def auth_domain(self, region: str) -> str:
        """The prefix of a user pool's domain: unique among all of AWS's customers in the Region (63 characters)."""
        return _within(f"{PROJECT}-{self.environment}-{region}-{self.account_id}", 63)

    def operator_domain(self, region: str) -> str:
        """The prefix of the domain at which operators sign in: as `auth_domain`."""
        return _within(f"{PROJECT}-{self.environment}-operators-{region}-{self.account_id}", 63)

    def client_secret(self, client: str) -> str:
        """The secret of one participant's API client."""
        return _within(f"{PROJECT}/{self.environment}/clients/{client}", 512)

    def secret(self, owner: str, name: str) -> str:
        """A secret of a hub, by what uses it and whose it is."""
        return _within(f"{PROJECT}/{self.environment}/{owner}/{name}", 512)
