"""The rules of the web ACL, in the order in which WAF asks them.

Which of AWS's rules would refuse a payment, and so count instead of block on the path that takes messages: a message is
markup from its first byte to its last, longer than 8 KiB from some ten payments on, and has free text and addresses
of the web that may look like paths and like a server's address. The parser takes none of that for what it looks like:
it expands no entity, opens no file and follows no address. On every other path these rules block (`_elsewhere`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi_aws as aws

    Rule = aws.wafv2.WebAclRuleArgsDict
    Statement = aws.wafv2.WebAclRuleStatementArgsDict

COMMON = "AWSManagedRulesCommonRuleSet"
KNOWN_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
IP_REPUTATION = "AWSManagedRulesAmazonIpReputationList"
ANONYMOUS = "AWSManagedRulesAnonymousIpList"
OF_MARKUP = {
    "CrossSiteScripting_BODY": "CrossSiteScripting_Body",
    "GenericLFI_BODY": "GenericLFI_Body",
    "GenericRFI_BODY": "GenericRFI_Body",
}
"""Rules of the common group that look for what a message is, or may have; and the labels that they put."""
TOO_LONG = "SizeRestrictions_BODY"
"""More than 8 KiB: a rule of our own asks for what the API takes."""
HOSTED = "HostingProviderIPList"
"""Addresses of hosting providers: where participants' systems are, too."""
MESSAGES_PATH = "/messages"
TOO_LARGE, TOO_MANY = "too-large", "too-many"
"""The answers that are given in the API's own form."""
WINDOW_SECONDS = 60
_LABELS = "awswaf:managed:aws:core-rule-set:"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Requests a minute."""

    per_address: int
    per_client: int


def rules_of(limits: RateLimits, largest_body_bytes: int) -> list[Rule]:
    """Every rule, its place in the order as its priority."""
    ordered = [
        _rate("per-address", {"limit": limits.per_address, "aggregate_key_type": "IP"}),
        # A client is known by its token, which WAF does not verify: who makes tokens up is limited by address. So is
        # whoever asks for them: Cognito keeps confidential headers from WAF, and what lacks the key is not counted.
        _rate(
            "per-client",
            {
                "limit": limits.per_client,
                "aggregate_key_type": "CUSTOM_KEYS",
                "custom_keys": [
                    {"header": {"name": "authorization", "text_transformations": [{"priority": 0, "type": "NONE"}]}}
                ],
            },
        ),
        _too_large(largest_body_bytes),
        _managed(IP_REPUTATION),
        _managed(ANONYMOUS, HOSTED),
        _managed(KNOWN_BAD_INPUTS),
        _managed(COMMON, TOO_LONG, *OF_MARKUP),
        _elsewhere(),
    ]
    return [_rule(number, each) for number, each in enumerate(ordered)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rule without its place. action: None for a group of rules, each of which has its own."""

    name: str
    statement: Statement
    action: aws.wafv2.WebAclRuleActionArgsDict | None = None


def _rule(priority: int, asked: _Asked) -> Rule:
    rule: Rule = {
        "name": asked.name,
        "priority": priority,
        "statement": asked.statement,
        # No samples: they would show what was sent.
        "visibility_config": {
            "cloudwatch_metrics_enabled": True,
            "metric_name": asked.name,
            "sampled_requests_enabled": False,
        },
    }
    if asked.action is None:
        rule["override_action"] = {"none": {}}
    else:
        rule["action"] = asked.action
    return rule


def _rate(name: str, statement: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict) -> _Asked:
    every_minute: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        **statement,
        "evaluation_window_sec": WINDOW_SECONDS,
    }
    return _Asked(name, {"rate_based_statement": every_minute}, _block(429, TOO_MANY))


def _too_large(largest_bytes: int) -> _Asked:
    """By what the client announces: WAF measures no more of a body than it inspects. Who announces nothing is refused
    by the function."""
    longer: aws.wafv2.WebAclRuleStatementRegexMatchStatementArgsDict = {
        "field_to_match": {"single_header": {"name": "content-length"}},
        "regex_string": longer_than(largest_bytes),
        "text_transformations": [{"priority": 0, "type": "NONE"}],
    }
    return _Asked("too-large", {"regex_match_statement": longer}, _block(413, TOO_LARGE))


def longer_than(number: int) -> str:
    """The decimal numbers above `number`, as a regular expression: WAF compares no numbers."""
    digits = str(number)
    alternatives = [rf"[1-9][0-9]{{{len(digits)},}}"]
    for place, digit in enumerate(digits):
        if digit != "9":
            rest = len(digits) - place - 1
            above = f"[{int(digit) + 1}-9]" + (f"[0-9]{{{rest}}}" if rest else "")
            alternatives.append(digits[:place] + above)
    return f"^0*({'|'.join(alternatives)})$"


def _managed(group: str, *counted: str) -> _Asked:
    """A group of AWS's, every rule of it as AWS set it, but for those that only count."""
    statement: aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgsDict = {
        "vendor_name": "AWS",
        "name": group,
        "rule_action_overrides": [{"name": rule, "action_to_use": {"count": {}}} for rule in counted],
    }
    return _Asked(group, {"managed_rule_group_statement": statement})


def _elsewhere() -> _Asked:
    """What only counted above, blocked wherever no message is taken."""
    labelled: list[Statement] = [
        {"label_match_statement": {"scope": "LABEL", "key": f"{_LABELS}{label}"}} for label in OF_MARKUP.values()
    ]
    to_messages: Statement = {
        "byte_match_statement": {
            "field_to_match": {"uri_path": {}},
            "positional_constraint": "ENDS_WITH",
            "search_string": MESSAGES_PATH,
            "text_transformations": [{"priority": 0, "type": "NONE"}],
        }
    }
    both: list[Statement] = [
        {"or_statement": {"statements": labelled}},
        {"not_statement": {"statement": to_messages}},
    ]
    return _Asked("markup-elsewhere", {"and_statement": {"statements": both}}, {"block": {}})


def _block(status: int, body: str) -> aws.wafv2.WebAclRuleActionArgsDict:
    return {
        "block": {
            "custom_response": {
                "response_code": status,
                "custom_response_body_key": body,
                # As every answer of the API has it.
                "response_headers": [{"name": "Cache-Control", "value": "no-store"}],
            }
        }
    }
