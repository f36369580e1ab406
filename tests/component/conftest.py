"""The recorded programs: each environment is run once per test process."""

from __future__ import annotations

import pytest

from tests.component.recording import RecordedStack, record_environment

DEV_ACCOUNT = "000000000000"
PROD_ACCOUNT = "111122223333"


@pytest.fixture(scope="session")
def dev() -> dict[str, RecordedStack]:
    """The three stacks of dev, by name."""
    return record_environment("dev", DEV_ACCOUNT)


@pytest.fixture(scope="session")
def prod() -> dict[str, RecordedStack]:
    """The three stacks of prod, by name."""
    return record_environment("prod", PROD_ACCOUNT)
