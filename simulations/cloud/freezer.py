"""Functions' processes that stand still in the middle of what they did, until their Region is back.

A frozen process is spared when its call runs into its timeout: for the Region, no time passes. When it is thawed, it
ends what it was at, and is heard by nobody then.
"""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LAST_WORK_SECONDS = 30.0


class Freezer:
    """Freezes processes, and knows which of them were given up meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frozen: dict[str, list[subprocess.Popen[str]]] = {}
        self._given_up: set[int] = set()

    def freeze(self, region: str, processes: Iterable[subprocess.Popen[str]]) -> None:
        """Stop these processes of a Region; those that it has frozen already stay so."""
        with self._lock:
            held = self._frozen.setdefault(region, [])
            for process in processes:
                if process.poll() is None and process not in held:
                    process.send_signal(signal.SIGSTOP)
                    held.append(process)

    def thaw(self, region: str) -> None:
        """Let a Region's processes go on. One that was given up gets no further work and ends after what it is at."""
        with self._lock:
            held = self._frozen.pop(region, [])
            given_up = [process for process in held if process.pid in self._given_up]
            self._given_up -= {process.pid for process in given_up}
        for process in held:
            process.send_signal(signal.SIGCONT)
        for process in given_up:
            threading.Thread(target=_let_end, args=(process,), daemon=True, name=f"thawed-{process.pid}").start()

    def spares(self, process: subprocess.Popen[str] | None) -> bool:
        """Whether it is frozen, and so is not to be ended now; it counts as given up from here on."""
        with self._lock:
            if process is None or not any(process in held for held in self._frozen.values()):
                return False
            self._given_up.add(process.pid)
            return True

    def kill(self) -> None:
        """End all that is frozen."""
        with self._lock:
            held = [process for frozen in self._frozen.values() for process in frozen]
            self._frozen.clear()
        for process in held:
            process.kill()
            process.wait()


def _let_end(process: subprocess.Popen[str]) -> None:
    # A worker that reads the end of its input where the next call would stand ends.
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(LAST_WORK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
