"""What faults do to processes, ledger connections and event streams, and in which order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from simulations.cloud.faults import Fault, FaultKind, InvalidFaultError
from simulations.cloud.injector import FaultInjector
from simulations.cloud.regions import RegionFaults

HERE, THERE = "eu-west-1", "eu-west-2"
GONE, FROZEN = Fault(HERE, FaultKind.GONE), Fault(HERE, FaultKind.GONE, freeze=True)
PARTED, STREAM = Fault(HERE, FaultKind.PARTITION), Fault(HERE, FaultKind.STREAM)


@dataclass
class Broken:
    """Processes and ledger connections that note what is done to them."""

    done: list[str] = field(default_factory=list)

    def kill(self, region: str) -> None:
        self.done.append(f"kill {region}")

    def freeze(self, region: str) -> None:
        self.done.append(f"freeze {region}")

    def thaw(self, region: str) -> None:
        self.done.append(f"thaw {region}")

    def cut(self, region: str) -> None:
        self.done.append(f"cut {region}")


@dataclass
class Streams:
    """One event stream, and whether clients reach it."""

    reachable: bool = True

    def switch(self, region: str, *, reachable: bool) -> None:
        assert region == HERE
        self.reachable = reachable

    def documents(self) -> list[dict[str, str]]:
        return [{"region": HERE}]


@dataclass
class Bench:
    """An injector of faults into what notes it."""

    broken: Broken = field(default_factory=Broken)
    streams: Streams = field(default_factory=Streams)
    faults: RegionFaults = field(default_factory=RegionFaults)

    def __post_init__(self) -> None:
        self.injector = FaultInjector(self.faults, self.broken, self.broken, self.streams)

    def inject(self, *faults: Fault) -> None:
        for fault in faults:
            asyncio.run(self.injector.inject(fault))

    def heal(self, fault: Fault | None = None) -> tuple[Fault, ...]:
        return asyncio.run(self.injector.heal(fault))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_functions_die_and_their_ledger_connections_break_when_their_region_is_gone(bench: Bench) -> None:
    bench.inject(GONE)
    assert bench.faults.faults() == (GONE,)
    assert bench.broken.done == [f"cut {HERE}", f"kill {HERE}"]
    assert not bench.streams.reachable


def test_nothing_is_thawed_when_a_region_comes_back_whose_functions_died(bench: Bench) -> None:
    bench.inject(GONE)
    assert bench.heal() == (GONE,)
    assert bench.broken.done == [f"cut {HERE}", f"kill {HERE}"]
    assert bench.streams.reachable


def test_functions_go_on_when_the_region_that_froze_them_is_back(bench: Bench) -> None:
    bench.inject(FROZEN)
    assert bench.heal(FROZEN) == (FROZEN,)
    assert bench.broken.done == [f"cut {HERE}", f"freeze {HERE}", f"thaw {HERE}"]


def test_functions_stay_frozen_when_their_region_is_still_gone(bench: Bench) -> None:
    bench.inject(FROZEN, GONE)
    bench.heal(FROZEN)
    assert f"thaw {HERE}" not in bench.broken.done


def test_the_ledger_is_cut_and_functions_live_when_their_region_is_the_minority(bench: Bench) -> None:
    bench.inject(PARTED)
    assert bench.broken.done == [f"cut {HERE}"]
    assert bench.streams.reachable


def test_the_stream_stays_down_when_only_one_of_two_faults_of_it_ends(bench: Bench) -> None:
    bench.inject(STREAM, GONE)
    bench.heal(GONE)
    assert not bench.streams.reachable
    bench.heal(STREAM)
    assert bench.streams.reachable


@pytest.mark.parametrize(
    ("streams", "fault"), [(None, STREAM), (Streams(), Fault(THERE, FaultKind.STREAM))], ids=["nowhere", "elsewhere"]
)
def test_a_broken_stream_is_refused_when_there_is_none(streams: Streams | None, fault: Fault) -> None:
    faults = RegionFaults()
    injector = FaultInjector(faults, Broken(), Broken(), streams)
    with pytest.raises(InvalidFaultError, match=f"no event stream in {fault.region}"):
        asyncio.run(injector.inject(fault))
    assert faults.faults() == ()


def test_a_region_without_a_stream_is_gone_and_back_when_there_is_none() -> None:
    injector = FaultInjector(RegionFaults(), Broken(), Broken())
    asyncio.run(injector.inject(GONE))
    assert asyncio.run(injector.heal()) == (GONE,)


def test_nothing_is_done_when_nothing_is_healed(bench: Bench) -> None:
    assert bench.heal() == ()
    assert bench.broken.done == []
