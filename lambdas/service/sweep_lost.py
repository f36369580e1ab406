"""The lists of a lost Region, page by page, and of what was taken over and not acted on yet."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.core.deadlines import shards_of, taken_shard_of
from lambdas.core.recovery import RegionRecord
from lambdas.service.ports import OverdueTransactions
from lambdas.service.sweep_overdue import ANY_DEADLINE


@dataclass(frozen=True, slots=True)
class SweepLost:
    """Neither of the two deeds ever raises: a transaction that fails holds up no other, and stays where it is listed.

    What is dealt with has left its list. So there is no place to remember: whoever goes on, begins again.
    """

    listed: OverdueTransactions
    take_over: Callable[[str, RegionRecord], None]
    follow: Callable[[str], None]
    region: str

    def taken(self, time_is_left: Callable[[], bool]) -> int:
        """What this Region has taken over and not acted on yet; how many there were."""
        return self._each(taken_shard_of(self.region), self.follow, time_is_left)

    def lost(self, lost: RegionRecord, time_is_left: Callable[[], bool]) -> int:
        """What a lost Region left open, and what it had itself taken over.

        Not those that await a copy: they have ended, and the copy is in that Region alone, or is to be made there.
        """

        def take_over(transaction_id: str) -> None:
            self.take_over(transaction_id, lost)

        lists = (*shards_of(lost.region), taken_shard_of(lost.region))
        return sum(self._each(shard, take_over, time_is_left) for shard in lists)

    def _each(self, shard: str, act: Callable[[str], None], time_is_left: Callable[[], bool]) -> int:
        done, after = 0, None
        while time_is_left():
            page = self.listed.page(shard, before=ANY_DEADLINE, after=after)
            for position in page.positions:
                if not time_is_left():
                    return done
                act(position.transaction_id)
                done += 1
            if page.last is None:
                break
            after = page.last
        return done
