"""When a job should save its state, and when it should stop: after a while, and when it is told to."""

import ctypes
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

STOPPING = (signal.SIGTERM, signal.SIGINT)
SAVING = signal.SIGUSR1
PR_SET_PDEATHSIG = 1


class Stopped(SystemExit):
    """The job was told to stop, and its state is saved. Ends the process as the signal would have."""


class Interruption:
    """Signals of a cluster or of a person, heeded where the job can be saved.

    SIGTERM and SIGINT: save and stop. SIGUSR1: save and go on. Without any: save every so many seconds.
    As a context manager it listens to the signals, of the main thread. On Linux a job whose run is killed is told
    to stop too.
    """

    def __init__(self, every_s: float):
        self.every_s, self.signal = every_s, 0
        self._last = time.monotonic()

    def __enter__(self) -> "Interruption":
        self._before = {number: signal.signal(number, self._heed) for number in (*STOPPING, SAVING)}
        _stop_with_parent(signal.SIGTERM)
        return self

    def __exit__(self, *_: object) -> None:
        _stop_with_parent(0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heed(self, number: int, _: FrameType | None) -> None:
        self.signal = number

    def watch(self, save: Callable[[], Any]) -> None:
        """Call `save` if it is time to; raise `Stopped` if the job was told to stop."""
        if not self.signal and time.monotonic() - self._last < self.every_s:
            return
        told, self.signal = self.signal, 0
        save()
        self._last = time.monotonic()
        if told in STOPPING:
            raise Stopped(128 + told)


def _stop_with_parent(number: int) -> None:
    """Have the kernel send this signal when the process that started this one is gone; 0: none."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
