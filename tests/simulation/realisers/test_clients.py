"""Clients of the emulator depend on nothing that the user's shell says of AWS."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.cloud.realisers.base import Cloud


def test_client_is_made_when_the_users_profile_does_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nregion = us-east-1\nendpoint_url = https://elsewhere.example\n")
    monkeypatch.setenv("AWS_PROFILE", "absent")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = Cloud("http://127.0.0.1:1", "000000000000", "eu-west-2").client("sqs")
    assert (client.meta.region_name, client.meta.endpoint_url) == ("eu-west-2", "http://127.0.0.1:1")
