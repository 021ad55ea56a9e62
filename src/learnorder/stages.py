"""How far a run of the workflow is: its jobs by stage, and the time that training is expected to take yet.

Read by Snakemake wherever it runs, so nothing here may import torch or polars.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from learnorder.study import planning
from learnorder.study.collection import Collection

DRAW, TRAIN = "Draw figures", "Train networks"
TRAINING = ("train", "train_on_gpu")
"""Rules that train."""
STAGES = {
    "Prepare data": ("data", "weights", "extract", "baselines"),
    "Import predictions": ("import_outcomes",),
    TRAIN: TRAINING,
    "Measure": ("measure", "pair", "architectures", "summary", "scores"),
    # All that is not named here: each figure has a rule of its own.
    DRAW: (),
    "Estimate": ("cost",),
    "Report": ("claims", "pages", "explorer"),
}
TARGETS = ("all", "outcomes", "figures", "report")
"""Rules that ask for others and make nothing."""
MINUTE_S, HOUR_S = 60, 3600
# Measured on a CPU: what a job takes before it trains.
START_S = 3
ENDED = 2
"""Jobs from whose pace a time is given: from an estimate alone it may be wrong by far."""


def stage(rule: str) -> str | None:
    """The stage that a rule belongs to; None of one that makes nothing."""
    if rule in TARGETS:
        return None
    return next((name for name, rules in STAGES.items() if rule in rules), DRAW)


def duration(seconds: float) -> str:
    """A time, for people."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds / HOUR_S:.1f} h"


def training_seconds(config: Mapping[str, Any], collection: Collection, networks: int) -> float:
    """What a job that trains so many networks is expected to take."""
    return START_S + networks * planning.seconds(config, collection)


class Stages:
    """Counts the jobs of a run as they start and end; `jobs`: how many there will be, by rule."""

    def __init__(self, jobs: Mapping[str, int], clock: Callable[[], float] = time.monotonic):
        self.total = dict.fromkeys(STAGES, 0)
        for rule, number in jobs.items():
            if (name := stage(rule)) is not None:
                self.total[name] += number
        self.done, self.failed = dict.fromkeys(STAGES, 0), dict.fromkeys(STAGES, 0)
        self._clock = clock
        self._stages: dict[int, str | None] = {}
        self._started: dict[int, float] = {}
        self._expected: dict[int, float] = {}
        self._took: dict[int, float] = {}
        self._of_waiting = 0.0
        self._side_by_side = 1

    def expect(self, seconds: float) -> None:
        """What a training job that has not started is expected to take."""
        self._of_waiting = seconds

    def start(self, job: int, rule: str, seconds: float | None = None) -> str | None:
        """A job starts; its stage. `seconds`: what a training job is expected to take."""
        self._stages[job], self._started[job] = stage(rule), self._clock()
        if seconds is not None:
            self._expected[job] = seconds
        training = sum(number in self._expected for number in self._started)
        self._side_by_side = max(self._side_by_side, training)
        return self._stages[job]

    def end(self, job: int, failed: bool = False) -> str | None:
        """A job ends; its stage."""
        started, name = self._started.pop(job, None), self._stages.get(job)
        if name is not None:
            (self.failed if failed else self.done)[name] += 1
        if started is not None and job in self._expected and not failed:
            self._took[job] = self._clock() - started
        return name

    def training_left(self) -> float | None:
        """Seconds that training is expected to take yet, by the pace of jobs that ended; None until two did."""
        took, started, expected = dict(self._took), dict(self._started), dict(self._expected)
        waiting = self.total[TRAIN] - len(expected)
        running = [job for job in expected if job in started]
        if not (waiting or running) or len(took) < ENDED:
            return None
        pace, now = sum(took.values()) / sum(expected[job] for job in took), self._clock()
        left = (max(0, pace * expected[job] - (now - started[job])) for job in running)
        return (sum(left) + pace * waiting * self._of_waiting) / self._side_by_side

    def said(self, name: str) -> str:
        """What is to be said of a stage beside how many of its jobs are done."""
        words = []
        if self.failed[name]:
            words.append(f"{self.failed[name]} failed")
        if name == TRAIN and (left := self.training_left() or 0) >= 1:
            words.append(f"about {duration(left)} left")
        return ", ".join(words)
