import io
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from patches import equal, identity
from PIL import Image

from learnorder import outcomes
from learnorder.datasets import canonical, inputs
from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.encoded import EncodedImages, EncodedStream
from learnorder.errors import UserError
from learnorder.streams import stream_seed, stream_seeds
from learnorder.training import augmentation, evaluation
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.progress import Progress
from learnorder.training.schedule import schedule
from learnorder.training.train import train


@pytest.fixture(scope="module")
def dataset(patches):
    return patches


def kept(dataset, seeds, others=None, **settings):
    made = train(dataset, others or {}, identity(**settings), seeds, report=lambda line: None)
    return {seed: network for seed, network, _ in made}


def trained(dataset, seeds, **settings):
    return {seed: network["seed"] for seed, network in kept(dataset, seeds, **settings).items()}


CPU = torch.device("cpu")


def test_every_example_is_predicted_at_every_point(dataset):
    predictions = trained(dataset, [3])[3]
    assert predictions["train"].shape == (4, 90)
    assert predictions["test"].shape == (4, 40)


ADAM = {"optimiser": "adam", "momentum": 0, "learning_rate": 0.01}


@pytest.mark.parametrize("model", ["linear", "mlp", "cnn"])
@pytest.mark.parametrize("optimiser", [{}, ADAM, dict(ADAM, optimiser="adamw")])
def test_networks_learn(dataset, model, optimiser):
    predicted = trained(dataset, [0], model=model, flip=False, **optimiser)[0]["test"]
    accuracy = (predicted == dataset.splits["test"].labels).mean(1)
    assert accuracy[0] < 0.7 < 0.9 < accuracy[-1]


def write(path, dataset, seeds, **settings):
    outcomes.write(
        path,
        dataset=dataset,
        kept=kept(dataset, seeds, **settings),
        identity=identity(**settings),
        environment={"device": "cpu"},
    )
    return path


# Batch normalisation, dropout and drop path keep state or draw numbers of their own.
RICH = {"model": "test_resnet", "library": "timm", "options": {"drop_rate": 0.3}}


@pytest.mark.parametrize("settings", [{}, RICH], ids=["cnn", "timm"])
def test_the_same_seeds_give_the_same_bytes(dataset, tmp_path, settings):
    files = [
        write(tmp_path / str(number) / "seeds-000-001.parquet", dataset, [0, 1], **settings) for number in (1, 2)
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


STACKED = {"model": "mlp", "stacked": 4, "dropout": 0.3}


@pytest.mark.parametrize("settings", [{}, RICH, STACKED], ids=["cnn", "timm", "stacked"])
def test_a_network_does_not_depend_on_its_shard(dataset, settings):
    settings = settings | {"record": ["margin"]}
    together = kept(dataset, range(10), **settings)
    assert len({network["margin"]["train"].tobytes() for network in together.values()}) == 10
    for shard in ([0], [4], [9], [0, 1, 2], [3, 4, 5], [7, 8, 9]):
        torch.rand(len(shard))  # what else drew numbers does not matter either
        for seed, network in kept(dataset, shard, **settings).items():
            assert equal(network["margin"], together[seed]["margin"])
            assert equal(network["seed"], together[seed]["seed"])


def test_an_evaluation_point_more_changes_no_other(dataset):
    few = trained(dataset, [0], evaluate_at=[1, 4], **RICH)[0]
    many = trained(dataset, [0], evaluate_at=[0, 0.4, 1, 2, 4], **RICH)[0]
    for split in ("train", "test"):
        assert np.array_equal(few[split], many[split][[2, 4]])


def test_streams_are_the_same_on_every_machine_and_unlike_each_other():
    assert stream_seed(0, "order", "d/a/r") == 4379005332031224041
    seeds = {
        stream_seed(seed, stream, collection)
        for seed in range(100)
        for stream in ("initialisation", "order", "augmentation")
        for collection in ("d/a/r", "d/a/s")
    }
    assert len(seeds) == 600
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_only_what_varies_is_drawn_from_the_own_seed():
    alone = stream_seeds(7, ["order"], "d/a/r")
    assert alone == stream_seeds(0, ["order"], "d/a/r") | {"order": stream_seed(7, "order", "d/a/r")}


@pytest.mark.parametrize("vary", ["initialisation", "order", "augmentation"])
def test_each_stream_alone_makes_networks_differ(dataset, vary):
    both = trained(dataset, [0, 1], vary=[vary], model="linear")
    assert not equal(both[0], both[1])
    untrained = [both[seed]["train"][0] for seed in (0, 1)]
    assert np.array_equal(*untrained) == (vary != "initialisation")


def test_dropout_draws_from_the_stream_of_augmentation(dataset):
    settings = {"model": "mlp", "dropout": 0.5, "flip": False, "shift": 0, "record": ["loss"]}
    losses = [
        network["loss"]["train"] for network in kept(dataset, [0, 1], vary=["augmentation"], **settings).values()
    ]
    assert np.array_equal(losses[0][0], losses[1][0])
    assert not np.array_equal(losses[0][1:], losses[1][1:])


def test_streams_that_the_recipe_does_not_use_move_nothing(dataset):
    both = trained(dataset, [0, 1], vary=["augmentation"], flip=False, shift=0)
    assert equal(both[0], both[1])


def with_inputs(dataset, change):
    """The same examples, seen otherwise."""
    return replace(
        dataset,
        splits={split: replace(data, inputs=change(data.inputs)) for split, data in dataset.splits.items()},
    )


def records(dataset, **settings):
    return kept(dataset, [0], **settings)[0]


def test_what_is_recorded_agrees_with_the_predicted_class(dataset):
    network = records(dataset, record=["margin", "loss", "el2n"], evaluate_at=[1, 4])
    for split in ("train", "test"):
        right = network["seed"][split] == dataset.splits[split].labels
        for name in ("margin", "loss", "el2n"):
            assert network[name][split].dtype == np.float16
            assert network[name][split].shape == right.shape
        assert np.array_equal(network["margin"][split] > 0, right)
        assert np.all(network["loss"][split] >= 0)
        assert np.all((network["el2n"][split] >= 0) & (network["el2n"][split] <= np.float16(2**0.5)))
    assert equal(network["seed"], records(dataset, evaluate_at=[1, 4])["seed"])


def test_scores_by_hand():
    logits, targets = torch.tensor([[2.0, 0.0, 0.0], [1.0, 1.0, 4.0]]), torch.tensor([0, 1])
    assert evaluation.margin(logits, targets).tolist() == [2, -3]
    softmax = np.exp([[2, 0, 0], [1, 1, 4]]) / np.exp([[2, 0, 0], [1, 1, 4]]).sum(1, keepdims=True)
    assert evaluation.loss(logits, targets).numpy() == pytest.approx(-np.log(softmax[[0, 1], [0, 1]]))
    wanted = np.array([[1, 0, 0], [0, 1, 0]])
    assert evaluation.el2n(logits, targets).numpy() == pytest.approx(np.linalg.norm(softmax - wanted, axis=1))


def test_other_datasets_are_predicted_and_change_nothing(dataset):
    other = with_inputs(dataset, lambda images: 255 - images)
    network = kept(dataset, [0], {"negative": other, "same": dataset}, record=["loss"])[0]
    assert np.array_equal(network["seed"]["same"], network["seed"]["test"])
    assert not np.array_equal(network["seed"]["negative"], network["seed"]["test"])
    assert np.all(np.isnan(network["loss"]["negative"]))
    assert np.array_equal(network["seed"]["train"], records(dataset)["seed"]["train"])


def test_another_shape_cannot_be_predicted(dataset):
    small = with_inputs(dataset, lambda images: images[..., 1:])
    with pytest.raises(UserError, match=r"also_predict has small, of shape \(1, 8, 7\); allowed: .*\(1, 8, 8\)"):
        kept(dataset, [0], {"small": small})


def test_redrawn_labels_are_what_is_learned(dataset):
    wrong = (dataset.splits["train"].labels + 1) % 3
    noisy = replace(
        dataset, splits=dataset.splits | {"train": replace(dataset.splits["train"], trained_labels=wrong)}
    )
    predicted = trained(noisy, [0], flip=False, shift=0, epochs=12, evaluate_at=[12])[0]
    assert (predicted["test"][-1] == (dataset.splits["test"].labels + 1) % 3).mean() > 0.9


@pytest.fixture
def encoded(dataset, tmp_path):
    """The images as PNG files end to end."""

    def png(image):
        file = io.BytesIO()
        Image.fromarray(image[0]).save(file, "png")
        return file.getvalue()

    stream = with_inputs(dataset, lambda images: EncodedStream(map(png, images), len(images), (1, 8, 8)))
    canonical.write(tmp_path, stream)
    return canonical.read(tmp_path)


def test_encoded_images_train_as_arrays_do(dataset, encoded):
    assert isinstance(encoded.splits["train"].inputs, EncodedImages)
    plain = trained(dataset, [0])[0]
    for workers in (1, 3):
        [(_, network, _)] = train(encoded, {}, identity(), [0], report=lambda line: None, workers=workers)
        assert equal(network["seed"], plain)


def test_images_that_were_decoded_ahead_are_those_that_are_asked_for(encoded, dataset):
    """Whatever was asked for in between, and by whichever tensor the rows are named."""
    images = inputs.Images(encoded.splits["train"].inputs, workers=2)
    images.device = CPU
    plain = torch.from_numpy(np.array(dataset.splits["train"].inputs))
    one, other = torch.tensor([3, 1, 4]), torch.tensor([1, 5, 9])
    images.prefetch(one)
    images.prefetch(other)
    for rows in (torch.tensor([2, 6]), other.clone(), slice(0, 3), one):
        assert torch.equal(images.pixels(rows), plain[rows])
    assert not images._ahead


@pytest.mark.parametrize("drawn", ["shared", "per_network"])
def test_a_train_subset_is_in_proportion_shared_or_not(dataset, drawn):
    few = {"train_examples": 30, "train_examples_drawn": drawn, "evaluate_at": [1, 4]}
    job = Job(dataset, {}, identity(**few), CPU)
    rows = [job.rows(seed).numpy() for seed in (0, 1)]
    assert np.array_equal(*rows) == (drawn == "shared")
    for chosen in rows:
        assert np.bincount(dataset.splits["train"].labels[chosen]).tolist() == [10, 10, 10]
    used = job.draws(stream_seeds(1, ["order"], "d/a/r"), job.rows(1), epoch=3)["rows"]
    assert set(used.tolist()) <= set(rows[1].tolist())
    assert records(dataset, **few)["seed"]["train"].shape == (2, 90)


def test_an_epoch_shows_each_example_at_most_once_and_whole_batches_alone(dataset):
    job = Job(dataset, {}, identity(), CPU)
    assert job.steps_per_epoch == 90 // 16
    first, second = (
        job.draws(stream_seeds(0, ["order"], "d/a/r"), job.rows(0), epoch)["rows"] for epoch in (0, 1)
    )
    for shown in (first, second):
        assert len(set(shown.tolist())) == len(shown) == 80
    assert not torch.equal(first, second)


@pytest.mark.parametrize(
    "settings",
    [
        {"schedule": "cosine", "warm_up": 1},
        {"schedule": "one_cycle"},
        {"schedule": "step", "step_at": [1]},
        {"label_smoothing": 0.2},
        {"cutout": 3},
        {"nesterov": True},
        {"weight_decay": 0.1},
        {"l2": 0.01},
        {"optimiser": "adadelta", "learning_rate": 1.0},
        {"schedule": "decay", "decay_every": 20, "decay_by": 1.5},
        {"whitening": True},
        {"precision": "bfloat16"},
        {"dropout": 0.5},
    ],
    ids=lambda settings: next(iter(settings)) + str(next(iter(settings.values()))),
)
def test_every_setting_moves_the_outcome_and_the_network_still_learns(dataset, settings):
    common = {"record": ["loss"], "epochs": 25, "evaluate_at": [25], "flip": False, "model": "mlp"}
    plain, changed = records(dataset, **common), records(dataset, **common, **settings)
    assert not np.array_equal(plain["loss"]["train"], changed["loss"]["train"])
    assert (changed["seed"]["train"][-1] == dataset.splits["train"].labels).mean() > 0.7
    assert equal(changed["seed"], records(dataset, **common, **settings)["seed"])


@pytest.mark.parametrize(
    ("settings", "factors"),
    [
        ({"schedule": "constant"}, [1, 1, 1, 1, 1]),
        ({"schedule": "step", "step_at": [1, 3]}, [1, 0.1, 0.1, 0.01, 0.01]),
        ({"schedule": "cosine"}, [1, (1 + 2**-0.5) / 2, 0.5, (1 - 2**-0.5) / 2, 0]),
        ({"schedule": "constant", "warm_up": 2}, [0.05, 0.55, 1, 1, 1]),
    ],
)
def test_schedules_at_whole_epochs(settings, factors):
    recipe = {"epochs": 4, "warm_up": 0, "step_at": []} | settings
    factor = schedule(recipe, steps_per_epoch=10)
    assert [factor(10 * epoch) for epoch in range(5)] == pytest.approx(factors)


def test_the_decay_of_2019_by_hand():
    """Divided by 1.8 every 600 mini-batches, from 0.035, not below 0.0001: 1.8¹⁰ is above 350, 1.8⁹ below."""
    recipe = {"epochs": 280, "warm_up": 0, "schedule": "decay", "learning_rate": 0.035}
    factor = schedule(recipe | {"decay_every": 600, "decay_by": 1.8, "lowest_rate": 0.0001}, steps_per_epoch=25)
    assert [factor(done) for done in (0, 599, 600, 1199, 1200)] == pytest.approx(
        [1, 1, 1 / 1.8, 1 / 1.8, 1 / 3.24]
    )
    assert 0.035 * factor(3499) == pytest.approx(0.035 / 1.8**5)
    assert 0.035 * factor(9 * 600) == pytest.approx(0.035 / 1.8**9)
    assert 0.035 * factor(10 * 600) == pytest.approx(0.0001)


def test_l2_is_kerass_penalty_on_kernels_and_not_on_biases(dataset):
    """One step of plain SGD on loss + l2 · Σ kernel²."""
    job = Job(dataset, {}, identity("mlp", l2=0.1, momentum=0.0, flip=False, shift=0), CPU)
    group = Group(job, [0])
    network = group.trained[0]
    before = [parameter.detach().clone() for parameter in network.parameters()]
    drawn = group._mini_batch(0)
    inputs_, targets = job.batch({name: numbers[:, 0] for name, numbers in drawn.items()})
    loss = torch.nn.functional.cross_entropy(network(inputs_), targets)
    loss = loss + 0.1 * sum((weight**2).sum() for weight in network.parameters() if weight.dim() > 1)
    gradients = torch.autograd.grad(loss, list(network.parameters()))
    group.train(1, lambda: None)
    for parameter, earlier, gradient in zip(network.parameters(), before, gradients, strict=True):
        assert torch.allclose(parameter, earlier - 0.05 * gradient, atol=1e-6)
        assert not torch.equal(parameter, earlier)


def test_one_cycle_is_the_one_of_torch():
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    reference = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1, total_steps=41, cycle_momentum=False)
    factor = schedule({"epochs": 4, "warm_up": 0, "step_at": [], "schedule": "one_cycle"}, steps_per_epoch=10)
    for done in range(40):
        # torch puts the peak at step 0.3 · 41 − 1, ours is at 0.3 · 40.
        assert abs(factor(done) - optimiser.param_groups[0]["lr"]) < 0.1
        optimiser.step()
        reference.step()
    assert factor(0) == pytest.approx(1 / 25)
    assert factor(12) == 1


def test_whitened_images_have_unit_covariance_and_stay_near_the_image(dataset):
    white, plain = (
        inputs.load(dataset, {}, {"whitening": whitening}, CPU)["train"][:].flatten(1)
        for whitening in (True, False)
    )
    values, _ = torch.linalg.eigh(white.T @ white / len(white))
    spread, _ = torch.linalg.eigh(plain.T @ plain / len(plain))
    assert values.max() / values.median() < 1.5 < 5 < spread.max() / spread.median()
    # ZCA is the whitening that moves the images least: its matrix is symmetric.
    matrix = inputs.load(dataset, {}, {"whitening": True}, CPU)["train"].normalise.whitening
    assert torch.allclose(matrix, matrix.T, atol=1e-4)


def test_batch_norm_can_be_evaluated_with_re_estimated_statistics(dataset):
    settings = {"options": {"batch_norm": True}, "evaluate_at": [0.4, 4], "flip": False, "shift": 0}
    running, re_estimated = (
        kept(dataset, range(5), batch_norm=norm, **settings) for norm in ("running", "re_estimated")
    )
    labels = dataset.splits["train"].labels
    right = [
        [np.mean(network["seed"]["train"][0] == labels) for network in networks.values()]
        for networks in (running, re_estimated)
    ]
    # Statistics of what is evaluated fit better than those that lag from their start at 0 and 1.
    assert np.mean(right[1]) > np.mean(right[0]) + 0.1


def test_batch_norm_is_re_estimated_from_a_sample_of_what_is_trained_on(dataset, monkeypatch):
    """Datasets may be sorted by class: the first examples are no sample."""
    monkeypatch.setattr("learnorder.training.job.RE_ESTIMATED_FROM", 30)
    order = np.argsort(dataset.splits["train"].labels, kind="stable")
    train_split = dataset.splits["train"]
    ordered = replace(train_split, inputs=train_split.inputs[order], labels=train_split.labels[order])
    job = Job(replace(dataset, splits=dataset.splits | {"train": ordered}), {}, identity(train_examples=60), CPU)
    rows = job.rows(0)
    sample = job.sampled(rows)
    assert len(sample) == len(set(sample.tolist())) == 30
    assert set(sample.tolist()) <= set(rows.tolist())
    assert torch.equal(sample, job.sampled(rows))
    assert np.bincount(ordered.labels[sample.numpy()], minlength=3).min() > 5


def test_batch_norm_is_re_estimated_from_whole_batches_of_these_rows():
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.BatchNorm1d(64), torch.nn.Linear(64, 3)).eval()
    pixels = torch.rand(300, 1, 8, 8)
    weights = network[2].weight.clone()
    evaluation.re_estimate(network, network, pixels, torch.arange(300))
    assert torch.allclose(network[1].running_mean, pixels[:256].flatten(1).mean(0), atol=1e-6)
    assert network[1].momentum == 0.1
    assert not any(module.training for module in network)
    assert torch.equal(network[2].weight, weights)


def test_texts_are_trained_like_images():
    random = np.random.default_rng(0)
    splits = {}
    for split, n in (("train", 90), ("test", 30)):
        labels = np.arange(n) % 3
        texts = random.integers(5, 20, (n, 6))
        texts[:, 2] = labels + 2
        splits[split] = Split(texts.astype(np.uint16), labels, np.arange(n))
    dataset = Dataset(splits, ["a", "b", "c"], vocabulary=["<pad>", "<unknown>", *map(str, range(18))])
    for model in ("bilstm_attention", "text_transformer"):
        settings = dict(ADAM, model=model, takes="text", epochs=10, evaluate_at=[0, 10], flip=False, shift=0)
        together = trained(dataset, [0, 1], **settings)
        accuracy = (together[0]["test"] == dataset.splits["test"].labels).mean(1)
        assert accuracy[0] < 0.7 < 0.9 < accuracy[1]
        assert equal(trained(dataset, [1], **settings)[1], together[1])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batch_size": 91}, "mini-batches of 91 of 90 examples; allowed: at most the 90"),
        ({"train_examples": 100}, "of 100 examples; allowed: at most the 90"),
        ({"evaluate_at": [1, 1.01]}, "evaluate_at has 1 and 1.01, the same mini-batch"),
    ],
)
def test_what_only_the_data_tell_is_checked_before_training(dataset, settings, words):
    with pytest.raises(UserError, match=words):
        kept(dataset, [0], **settings)


def drawn(images=1, shape=(1, 1, 1), **settings):
    recipe = {"flip": False, "shift": 0, "cutout": 0} | settings
    return augmentation.draws(images, shape, recipe, torch.Generator().manual_seed(0))


def test_cutout_hides_a_square():
    pixels = torch.ones(2000, 2, 6, 7)
    hidden = augmentation.cutout(pixels, 3, drawn(2000, (2, 6, 7), cutout=3)["cutout"]) == 0
    assert torch.equal(hidden[:, 0], hidden[:, 1])
    sizes = hidden[:, 0].flatten(1).sum(1)
    # Whole inside, cut by one edge, cut by two: centres are uniform over the pixels.
    assert set(sizes.tolist()) == {4, 6, 9}
    assert hidden[:, 0].any(0).all()


def test_flip_mirrors_about_half_of_the_images():
    pixels = torch.arange(1000 * 2 * 3 * 4).reshape(1000, 2, 3, 4)
    flipped = augmentation.flip(pixels, drawn(1000, flip=True)["flip"])
    mirrored = (flipped == pixels.flip(-1)).flatten(1).all(1)
    kept = (flipped == pixels).flatten(1).all(1)
    assert torch.all(mirrored ^ kept)
    assert 450 < mirrored.sum() < 550


def test_shift_moves_whole_images_and_brings_in_zeros():
    pixels = torch.arange(1, 31, dtype=torch.uint8).reshape(1, 1, 5, 6).repeat(500, 2, 1, 1)
    shifted = augmentation.shift(pixels, 1, drawn(500, shift=1)["shift"])
    padded = torch.nn.functional.pad(pixels[0], (1, 1, 1, 1))
    allowed = {padded[:, y : y + 5, x : x + 6].numpy().tobytes() for y in range(3) for x in range(3)}
    assert {image.numpy().tobytes() for image in shifted} == allowed


def test_what_the_recipe_leaves_out_is_not_drawn():
    assert drawn() == {}


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_told_in_one_line(dataset):
    with pytest.raises(UserError, match="asks for a GPU, and this machine has none; allowed: `device: cpu`"):
        list(train(dataset, {}, identity(), [0], device="cuda"))


def stopped(dataset, settings, moment):
    """Train up to a moment, keep the state as a file would, and go on from it."""
    file, moments = io.BytesIO(), itertools.count()

    def watch(state):
        if next(moments) == moment:
            torch.save(state(), file)
            raise KeyboardInterrupt

    arguments = (dataset, {}, identity(**settings), range(4))
    finished = {}
    try:
        for seed, network, _ in train(*arguments, report=lambda line: None, watch=watch):
            finished[seed] = network
    except KeyboardInterrupt:
        file.seek(0)
        saved, missing = torch.load(file, weights_only=True), [s for s in range(4) if s not in finished]
        torch.rand(7)
        again = train(*arguments[:3], missing, report=lambda line: None, saved=saved)
        finished |= {seed: network for seed, network, _ in again}
    return finished


ADAPTIVE = {"model": "mlp", "stacked": 3, **ADAM, "schedule": "one_cycle", "batch_norm": "re_estimated"}


@pytest.mark.parametrize(
    "settings", [{"shift": 2}, RICH, STACKED, ADAPTIVE], ids=["cnn", "timm", "stacked", "adam"]
)
@pytest.mark.parametrize("moment", [0, 21, 61, *(pytest.param(n, marks=pytest.mark.long) for n in (7, 26, 40))])
def test_stopped_at_any_moment_a_network_is_what_it_would_have_been(dataset, settings, moment):
    settings = settings | {"record": ["margin"]}
    undisturbed = kept(dataset, range(4), **settings)
    again = stopped(dataset, settings, moment)
    for seed, network in undisturbed.items():
        for what, by_split in network.items():
            assert equal(by_split, again[seed][what])


def test_progress_tells_accuracy_speed_and_time_left():
    lines = []
    progress = Progress(lines.append, total=20, batch_size=16)
    progress.point([0, 1], 0, {"train": 0.25, "test": 0.5})
    for _ in range(5):
        progress.step(2)
    progress.point([0, 1], 0.5, {"train": 0.5, "test": 0.75})
    assert lines[0] == "seeds 000 to 001  epoch 0  accuracy train 0.2500  test 0.5000  0 examples/s"
    assert re.fullmatch(
        r"seeds 000 to 001  epoch 0.5  accuracy train 0.5000  test 0.7500  [\d,]+ examples/s  0 s left", lines[1]
    )
