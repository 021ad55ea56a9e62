"""Jobs that share a machine's GPUs."""

import threading

import pytest

from learnorder.errors import UserError
from learnorder.training import devices


class Gpus:
    """What torch says of a machine with so many GPUs."""

    def __init__(self, number):
        self.number = number

    def is_available(self):
        return bool(self.number)

    def device_count(self):
        return self.number


@pytest.fixture
def machine(monkeypatch, tmp_path):
    monkeypatch.setattr(devices.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(devices, "WAIT_S", 0.01)
    return lambda gpus: monkeypatch.setattr(devices, "_cuda", lambda: Gpus(gpus))


def test_each_job_has_a_gpu_of_its_own_and_a_third_waits_for_one(machine):
    machine(2)
    got = threading.Event()

    def third():
        with devices.claimed("cuda") as device:
            assert device == "cuda:0"
            got.set()

    with devices.claimed("cuda") as first:
        with devices.claimed("cuda") as second:
            assert (first, second) == ("cuda:0", "cuda:1")
        with devices.claimed("cuda") as again:
            assert again == "cuda:1"
            waiting = threading.Thread(target=third, daemon=True)
            waiting.start()
            assert not got.wait(0.2)
    assert got.wait(5)


def test_the_only_gpu_that_is_seen_is_taken_as_it_is(machine):
    machine(1)
    with devices.claimed("cuda") as one, devices.claimed("cuda") as other:
        assert one == other == "cuda"


def test_without_a_gpu_a_cpu_needs_no_claim_and_a_gpu_is_refused_in_words(machine):
    machine(0)
    with devices.claimed("cpu") as device:
        assert device == "cpu"
    with (
        pytest.raises(UserError, match="the recipe asks for a GPU, and this machine has none"),
        devices.claimed("cuda"),
    ):
        pass
