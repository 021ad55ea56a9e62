"""Jobs that share a machine's GPUs. CUDA itself is a stand-in here: what torch says of a machine."""

import os
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
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in (devices.VISIBLE, devices.JOBS_PER_GPU):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(devices, "WAIT_S", 0.01)
    return lambda gpus: monkeypatch.setattr(devices, "_cuda", lambda: Gpus(gpus))


def claim():
    """A claim, and what the job then sees."""
    claimed = devices.claimed("cuda")
    assert claimed.__enter__() == "cuda:0"
    return claimed, os.environ[devices.VISIBLE]


def release(claimed):
    claimed.__exit__(None, None, None)


def test_each_job_sees_a_gpu_of_its_own_and_a_third_waits_for_one(machine, monkeypatch):
    machine(2)
    got = threading.Event()

    def third():
        with devices.claimed("cuda"):
            got.set()

    first, seen = claim()
    assert seen == "0"
    # Another process has an environment of its own.
    monkeypatch.delenv(devices.VISIBLE)
    second, seen = claim()
    assert seen == "1"
    monkeypatch.delenv(devices.VISIBLE)
    waiting = threading.Thread(target=third, daemon=True)
    waiting.start()
    assert not got.wait(0.2)
    os.environ[devices.VISIBLE] = "1"
    release(second)
    assert got.wait(5)
    waiting.join()
    os.environ[devices.VISIBLE] = "0"
    release(first)
    assert devices.VISIBLE not in os.environ


def test_several_jobs_share_a_gpu_where_the_environment_says_so(machine, monkeypatch):
    machine(2)
    monkeypatch.setenv(devices.JOBS_PER_GPU, "2")
    seen = []
    for _ in range(4):
        monkeypatch.delenv(devices.VISIBLE, raising=False)
        seen.append(claim())
    # Each GPU has one job before any has two.
    assert [gpu for _, gpu in seen] == ["0", "1", "0", "1"]
    for claimed, gpu in seen:
        os.environ[devices.VISIBLE] = gpu
        release(claimed)
    monkeypatch.setenv(devices.JOBS_PER_GPU, "many")
    with pytest.raises(UserError, match="LEARNORDER_JOBS_PER_GPU is 'many'; allowed: a whole number from 1"):
        claim()


@pytest.mark.parametrize("given", ["3,5", "GPU-8f2a, GPU-11c0", "MIG-1,MIG-2"])
def test_what_a_scheduler_lets_a_job_see_is_what_it_chooses_from(machine, monkeypatch, given):
    machine(8)
    monkeypatch.setenv(devices.VISIBLE, given)
    with devices.claimed("cuda"):
        assert os.environ[devices.VISIBLE] == given.split(",")[0].strip()
    assert os.environ[devices.VISIBLE] == given


def test_the_only_gpu_that_is_seen_is_taken_as_it_is(machine, monkeypatch):
    machine(1)
    with devices.claimed("cuda") as one, devices.claimed("cuda") as other:
        assert one == other == "cuda:0"
    machine(8)
    monkeypatch.setenv(devices.VISIBLE, "MIG-1")
    with devices.claimed("cuda") as device:
        assert (device, os.environ[devices.VISIBLE]) == ("cuda:0", "MIG-1")


def test_no_claim_is_written_through_a_link_or_into_another_users_folder(machine, tmp_path):
    machine(2)
    own = tmp_path / f"learnorder-{os.getuid()}"
    own.mkdir(mode=0o700)
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    (own / "gpu-0-0.lock").symlink_to(victim)
    with pytest.raises(UserError, match="no GPU can be claimed there"):
        claim()
    assert victim.read_text(encoding="utf-8") == "mine"
    (own / "gpu-0-0.lock").unlink()
    own.rmdir()
    own.symlink_to(tmp_path)
    with pytest.raises(UserError, match="no GPU can be claimed there"):
        claim()


def test_without_a_gpu_a_cpu_needs_no_claim_and_a_gpu_is_refused_in_words(machine):
    machine(0)
    with devices.claimed("cpu") as device:
        assert device == "cpu"
    with (
        pytest.raises(UserError, match="the recipe asks for a GPU, and this machine has none"),
        devices.claimed("cuda"),
    ):
        pass
