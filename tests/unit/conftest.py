"""What unit tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

if TYPE_CHECKING:
    from botocore.client import BaseClient


@pytest.fixture
def stubber(client: BaseClient) -> Iterator[Stubber]:
    """Answers for the test's `client`: it checks the form of each call, and that each was made."""
    with Stubber(client) as stubbing:
        yield stubbing
        stubbing.assert_no_pending_responses()
