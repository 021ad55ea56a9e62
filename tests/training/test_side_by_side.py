"""Networks side by side: what each draws, how groups are cut, a full GPU. What only CUDA can do has stand-ins.

On a real GPU, `benchmarks/gpu.py` compares all ways to train with each other.
"""

import contextlib
import subprocess
import sys

import pytest
import torch
from patches import equal, identity
from torch import nn

from learnorder.errors import UserError
from learnorder.networks import simple
from learnorder.training import capture, train
from learnorder.training.branches import Branches
from learnorder.training.dropout import OwnDropout
from learnorder.training.group import Group
from learnorder.training.job import Job

CPU = torch.device("cpu")
SHAPE, CLASSES = (3, 16, 16), 3


@pytest.fixture(scope="module")
def dataset(patches):
    return patches


def generators(number):
    return [torch.Generator().manual_seed(seed) for seed in range(number)]


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 5, 5)])
def test_a_mask_does_not_depend_on_what_stands_side_by_side_or_on_the_layout(shape):
    ones = torch.ones(shape)
    wide = OwnDropout(0.25, generators(3))(torch.cat([ones] * 3, dim=1)).chunk(3, dim=1)
    alone = [OwnDropout(0.25, [generator])(ones) for generator in generators(3)]
    assert all(torch.equal(one, other) for one, other in zip(wide, alone, strict=True))
    assert not torch.equal(alone[0], alone[1])
    assert torch.allclose(alone[0].unique(), torch.tensor([0, 4 / 3]))
    if len(shape) == 4:
        last = ones.to(memory_format=torch.channels_last)
        dropped = OwnDropout(0.25, generators(1))(last)
        assert torch.equal(dropped, alone[0])
        assert dropped.is_contiguous(memory_format=torch.channels_last)


def test_side_by_side_each_network_learns_what_it_learns_alone():
    torch.manual_seed(0)
    networks = [simple.st_vgg(SHAPE, CLASSES).double() for _ in range(3)]
    images = torch.rand(2, 8, 3, *SHAPE, dtype=torch.double)
    targets = torch.randint(CLASSES, (2, 8, 3))

    def trained(members, draws):
        side_by_side = Branches(
            [networks[number] for number in members], [draws[number] for number in members], CPU
        )
        optimiser = torch.optim.SGD(side_by_side.trained.parameters(), lr=0.1)
        for step in range(2):
            optimiser.zero_grad()
            side_by_side.backward(
                lambda network, place, step=step: nn.functional.cross_entropy(
                    network(images[step, :, members[place]]), targets[step, :, members[place]]
                )
            )
            optimiser.step()
        return [
            torch.cat([weight.flatten() for weight in network.parameters()]) for network in side_by_side.trained
        ]

    together = trained([0, 1, 2], generators(3))
    # Pairs, since a single network on a CPU draws from torch's own generator.
    for pair in ([0, 1], [2, 0]):
        for number, alone in zip(pair, trained(pair, generators(3)), strict=True):
            assert torch.equal(alone, together[number])
    before = torch.cat([weight.flatten() for weight in networks[0].parameters()])
    assert not torch.equal(before, together[0])


def test_what_was_learned_reaches_the_networks_only_when_it_is_given():
    networks = [simple.mlp(SHAPE, CLASSES, dropout=0.5) for _ in range(2)]
    side_by_side = Branches(networks, generators(2), CPU)
    nn.init.ones_(side_by_side.trained[1][1].weight)
    assert not torch.equal(networks[1][1].weight, side_by_side.trained[1][1].weight)
    side_by_side.give()
    assert torch.equal(networks[1][1].weight, side_by_side.trained[1][1].weight)


def full(most):
    """A group that finds the GPU full with more than so many networks, hidden as the end of a capture hides it."""

    class Full(Group):
        def train(self, until, watch):
            if len(self.seeds) > most:
                try:
                    raise torch.cuda.OutOfMemoryError("CUDA out of memory")
                finally:
                    raise RuntimeError("capture was invalidated")
            super().train(until, watch)

    return Full


def test_networks_that_do_not_fit_are_trained_in_smaller_groups(dataset, monkeypatch):
    monkeypatch.setattr(train, "Group", full(2))
    # A stand-in for what a GPU's measurement has chosen: eight side by side.
    monkeypatch.setattr(train, "_groups", lambda *_: iter([(list(range(8)), False)]))
    lines = []
    made = {seed: kept for seed, kept, _ in train.train(dataset, {}, identity(), range(8), report=lines.append)}
    assert sorted(made) == list(range(8))
    assert {line.partition("  epoch")[0] for line in lines} == {
        f"seeds {first:03d} to {first + 1:03d}" for first in range(0, 8, 2)
    }


def test_one_network_that_does_not_fit_is_reported_in_one_line(dataset, monkeypatch):
    monkeypatch.setattr(train, "Group", full(0))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda place: "a small GPU")
    with pytest.raises(
        UserError, match="one network does not fit on a small GPU; allowed: a smaller `batch_size`"
    ):
        list(train.train(dataset, {}, identity(), range(1), report=lambda line: None))


def test_another_error_stays_what_it_is(dataset, monkeypatch):
    class Broken(Group):
        def train(self, until, watch):
            raise RuntimeError("sizes do not match")

    monkeypatch.setattr(train, "Group", Broken)
    with pytest.raises(RuntimeError, match="sizes do not match"):
        list(train.train(dataset, {}, identity(), range(2), report=lambda line: None))


def test_where_evaluation_finds_the_gpu_full_its_mini_batches_get_smaller(dataset):
    job = Job(dataset, {}, identity(evaluate_at=[1], epochs=1), CPU)
    expected, group = Group(job, [0]), Group(job, [0])
    sizes, forward = [], group.networks[0].forward

    def limited(batch):
        sizes.append(len(batch))
        if len(batch) > 20:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return forward(batch)

    group.networks[0].forward = limited
    for one in (expected, group):
        one.train(job.points[0], lambda: None)
        one.evaluate(lambda: None)
    assert sizes[:3] == [64, 32, 16]
    assert equal(group.results()[0][0]["seed"], expected.results()[0][0]["seed"])


class OnGpu:
    """As much of a job on a GPU as decides how networks are grouped."""

    device = torch.device("cuda", 0)


@pytest.mark.parametrize(
    ("design", "sizes"),
    [((16, False), [13, 13, 12, 12]), ((50, True), [50]), ((100, True), [50]), ((49, False), [25, 25])],
)
def test_groups_on_a_gpu_are_as_even_as_can_be(design, sizes):
    groups = list(train._groups(OnGpu, list(range(50)), None, design))
    assert [len(members) for members, _ in groups] == sizes
    assert [seed for members, _ in groups for seed in members] == list(range(50))
    assert {stacked for _, stacked in groups} == {design[1]}


def test_what_was_under_way_comes_first_and_as_it_was():
    saved = {"seeds": [4, 5], "stacked": True}
    groups = list(train._groups(OnGpu, list(range(8)), saved, (6, False)))
    assert groups == [([4, 5], True), ([0, 1, 2, 3, 6, 7], False)]


@pytest.fixture
def cuda(monkeypatch):
    """Stand-ins for CUDA: a stream that does nothing, a graph that keeps what ran while it was captured."""

    class Stream:
        def wait_stream(self, other):
            pass

    class Graph:
        captured, replayed, generators = [], 0, []

        def register_generator_state(self, generator):
            self.generators.append(generator)

        def replay(self):
            Graph.replayed += 1

    mode = {"now": "default"}
    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "current_stream", Stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: contextlib.nullcontext())
    monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
    monkeypatch.setattr(torch.cuda, "graph", lambda graph, capture_error_mode: contextlib.nullcontext())
    monkeypatch.setattr(torch.cuda, "get_sync_debug_mode", lambda: mode["now"])
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", lambda now: mode.update(now=now))
    Graph.mode = mode
    return Graph


def test_a_step_is_warmed_up_and_captured_once_then_replayed_on_what_was_drawn(cuda):
    ran, own = [], generators(2)
    step = capture.Captured(lambda drawn, rate: ran.append(rate), {"rows": torch.arange(4)}, own)
    assert len(ran) == capture.WARM_UP + 1
    assert step.graph.generators == own
    step({"rows": torch.arange(4, 8)}, 0.5)
    assert (len(ran), cuda.replayed) == (capture.WARM_UP + 1, 1)
    # The very tensors that were captured have the new numbers.
    assert torch.equal(step.drawn["rows"], torch.arange(4, 8))
    assert ran[-1].item() == 0.5
    assert cuda.mode["now"] == "default"


def test_a_step_that_waits_for_the_device_is_not_captured(cuda):
    def update(drawn, rate):
        if cuda.mode["now"] == "error":
            raise RuntimeError("called a synchronizing CUDA operation")

    with pytest.raises(capture.NotCapturableError, match="synchronizing"):
        capture.Captured(update, {"rows": torch.arange(4)}, [])
    assert cuda.mode["now"] == "default"


def test_training_imports_where_there_is_little_more_than_torch():
    """As on a borrowed GPU: none of the workflow's packages."""
    missing = {
        *("polars", "snakemake", "dvc", "jsonschema", "pooch", "diptest"),
        *("markdown_it", "vl_convert", "seaborn", "scipy", "pandas"),
    }
    code = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import learnorder.shard, learnorder.training.train, learnorder.networks.build, learnorder.training.checkpoints
"""
    subprocess.run([sys.executable, "-c", code], check=True)
