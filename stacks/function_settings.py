"""The settings of an environment's functions: what runs, how large, how fed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.blocks.function import Architecture, FunctionSize
from components.payment.functions import Consumption
from components.payment.message_path import CONSUMERS, TICK_QUEUES, FunctionName, QueueName
from stacks.settings_file import Section, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from components.payment.environment import LogLevel

API_TIMEOUT_SECONDS = 29
"""What a function behind API Gateway may take (its integration timeout)."""
QUEUE_TIMEOUT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """`package`: the folder of functions.zip and layer.zip, from the project's root."""

    package: Path
    runtime: str
    architecture: Architecture
    log_level: LogLevel
    sizes: Mapping[FunctionName, FunctionSize]
    consumption: Mapping[QueueName, Consumption]


def read_functions(section: Section, project_root: Path) -> FunctionSettings:
    """The functions' settings; `package` is found from the project's root.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    architectures: dict[str, Architecture] = {"x86_64": "x86_64", "arm64": "arm64"}
    levels: dict[str, LogLevel] = {"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARNING", "ERROR": "ERROR"}
    sizes = section.section("sizes", frozenset(FunctionName))
    consumption = section.section("consumption", frozenset(QueueName))
    settings = FunctionSettings(
        package=project_root / section.text("package", r"[a-z0-9_]+(/[a-z0-9_]+)*", "a folder within the project"),
        runtime=section.text("runtime", r"python3\.1[1-3]", "python3.11 to python3.13"),
        architecture=section.choice("architecture", architectures),
        log_level=section.choice("log_level", levels),
        sizes={name: _size(name, sizes.section(name, keys_of(FunctionSize))) for name in FunctionName},
        consumption={name: _consumption(consumption.section(name, keys_of(Consumption))) for name in QueueName},
    )
    for queue, function in CONSUMERS.items():
        reserved, concurrent = (
            settings.sizes[function].reserved_concurrency,
            settings.consumption[queue].maximum_concurrency,
        )
        if reserved is not None and concurrent > reserved:
            rule = f"{concurrent} is more than the function's reserved_concurrency"
            consumption.refuse(f"{queue}.maximum_concurrency", rule, f"at most {reserved}")
    return settings


def _size(name: FunctionName, section: Section) -> FunctionSize:
    fed_from_queue = {*CONSUMERS.values(), *TICK_QUEUES}
    longest = QUEUE_TIMEOUT_SECONDS if name in fed_from_queue else API_TIMEOUT_SECONDS
    return FunctionSize(
        memory_mib=section.whole("memory_mib", 128, 10_240),
        timeout_seconds=section.whole("timeout_seconds", 1, longest),
        reserved_concurrency=section.whole_or_none("reserved_concurrency", 1, 10_000),
    )


def _consumption(section: Section) -> Consumption:
    return Consumption(section.whole("batch_size", 1, 10), section.whole("maximum_concurrency", 2, 1_000))
