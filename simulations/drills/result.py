"""The result of a drill: the stores read once more, everything judged, one JSON document."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulations.checkers.evidence import gather
from simulations.checkers.hub import check_hub
from simulations.checkers.table import items
from simulations.drills.fates import doubled, read_fate
from simulations.drills.hindsight import note_ends
from simulations.drills.journal import broken_steps, deviated
from simulations.drills.judgement import Evidence, Limits, judge
from simulations.drills.series import series, times
from simulations.drills.timeline import Moment, recovery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.drills.drill import Drill
    from simulations.drills.fates import Fate
    from simulations.drills.judgement import Judgement
    from simulations.drills.series import Times
    from simulations.drills.timeline import Recovery, Timeline

RECOVERY_SECONDS = {"drill": 20.0}
"""How long recovering may take, by environment; `drill` has times that no production would choose."""
OTHERWISE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a drill."""

    drill: Drill
    judgement: Judgement
    recovery: Recovery
    fates: Mapping[str, Fate]
    late_refused: Counter[str]
    recovery_limit: float | None

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return self.judgement.passed

    def document(self) -> dict[str, Any]:
        """JSON form; without any payload."""
        options, timeline = self.drill.options, self.drill.timeline
        return {
            "drill": options.experiment,
            "environment": self.drill.hub.environment,
            "region": options.lose,
            "seconds": options.seconds,
            "rate": options.rate,
            "seed": options.seed,
            "began_at": _text(timeline.moments.get(Moment.BEGUN)),
            **self.judgement.document(),
            "recovery": {
                "seconds": None if self.recovery.seconds is None else round(self.recovery.seconds, 2),
                "allowed_seconds": self.recovery_limit,
                "meaning": self.recovery.meaning,
                "parts": [each.document() for each in self.recovery.parts],
            },
            "late_writes_refused_by_function": dict(self.late_refused),
            "payment_times": {name: asdict(each) for name, each in self.times().items()},
            "events": self.drill.events.document(),
            "moments": {
                name.value: _since_begin(timeline, at) for name, at in sorted(timeline.moments.items(), key=_second)
            },
            "commands": self.commands(),
        }

    def times(self) -> dict[str, Times]:
        """How long payments took, before the fault, while it lasted and after it."""
        moments = self.drill.timeline.moments
        begun = moments.get(Moment.BEGUN, 0.0)
        since = {name: at - begun for name, at in moments.items()}
        seen = series(self.drill.dealings, self.fates, begun)
        return times(seen, since.get(Moment.BROKEN), since.get(Moment.BACK))

    def commands(self) -> list[str]:
        """What to run to have it again."""
        options = self.drill.options
        again = (
            f".venv/bin/twinrail drill {options.experiment} --lose {options.lose} --seconds {options.seconds:g} "
            f"--rate {options.rate:g} --seed {options.seed} --env {self.drill.hub.environment}"
            f"{' --scan' if options.scan else ''}"
        )
        under_chaos = (
            f"DRILL_LOSE={options.lose} DRILL_SECONDS={options.seconds:g} DRILL_RATE={options.rate:g} "
            f"DRILL_SEED={options.seed} .venv/bin/chaos --settings simulations/drills/chaos.yaml run "
            f"simulations/drills/experiments/{options.experiment}.json"
        )
        return [again, f".venv/bin/twinrail up --env {self.drill.hub.environment} && {under_chaos}"]


def conclude(drill: Drill, journal: Mapping[str, Any]) -> Result:
    """Read the stores, and judge. The experiment is over, and no call of the load goes on."""
    configuration = journal["experiment"]["configuration"]
    opened = [each.transaction_id for each in drill.dealings if each.transaction_id is not None]
    with drill.hub.sources() as sources:
        fates = {each: read_fate(item) for each, item in items(sources, opened).items()}
        whole = gather(sources, only=drill.judged())
    found = check_hub(whole, all_ended=False)
    own = frozenset(opened)
    cases = tuple(each for each in whole.cases if each.transaction_id in own)
    note_ends(drill.timeline, drill.dealings, fates, drill.lose)
    broken = drill.timeline.moments.get(Moment.BROKEN)
    late = Counter[str]() if broken is None else drill.hub.fenced(drill.lose, broken)
    recovered = recovery(drill.timeline.moments)
    allowed = drill.options.within_seconds or RECOVERY_SECONDS.get(drill.hub.environment, OTHERWISE_SECONDS)
    # What the experiment itself does to recovery is not held against it.
    limit = allowed + configuration.get("prevented_seconds", 0) if configuration["must_recover"] else None
    evidence = Evidence(
        dealings=drill.dealings,
        fates=fates,
        doubled=doubled(cases),
        mismatches=[f"{each.invariant} {each.rule}: {each.transaction_id}: {each.detail}" for each in found],
        late_refused=late,
        events=drill.events.wrong,
        in_clear=drill.hub.in_clear() if drill.options.scan else {},
        broken_steps=list(broken_steps(journal)),
        deviated=deviated(journal),
    )
    limits = Limits(limit, late_writes=bool(configuration["must_refuse_late_writes"]))
    return Result(drill, judge(evidence, limits, recovered), recovered, fates, late, limit)


def _since_begin(timeline: Timeline, at: float) -> float:
    return round(at - timeline.moments.get(Moment.BEGUN, at), 2)


def _second(pair: tuple[Moment, float]) -> float:
    return pair[1]


def _text(at: float | None) -> str | None:
    return (
        None
        if at is None
        else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
