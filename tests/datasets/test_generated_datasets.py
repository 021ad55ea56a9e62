import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from learnorder.datasets import canonical, gabor, gaussian, label_noise
from learnorder.datasets.build import build
from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.encoded import EncodedImages, EncodedStream
from learnorder.datasets.generated import greys, stream
from learnorder.errors import UserError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
GENERATED = ("gabor", "gaussian", "noise")


def made(study, name, tmp_path, **changed):
    return build(name, study["datasets"][name] | changed, tmp_path, tmp_path, [])


def same_bytes(first, second) -> bool:
    files = ("train.npy", "test.npy", "examples.parquet")
    return all((first / name).read_bytes() == (second / name).read_bytes() for name in files)


def stripes(patches: np.ndarray) -> np.ndarray:
    """Direction of the stripes of each patch, degrees from the horizontal, counter-clockwise, by its gradients."""
    down, right = np.gradient(patches, axis=(1, 2))
    up = -down
    xx, yy, xy = ((a * b).sum(axis=(1, 2)) for a, b in ((right, right), (up, up), (right, up)))
    steepest = np.rad2deg(np.arctan2(2 * xy, xx - yy)) / 2
    return (steepest + 90) % 180


# What generated datasets share


def test_grey_levels_by_hand():
    assert greys(np.array([-9, -2, 0, 1, 2, 9]), limit=2).tolist() == [0, 0, 128, 191, 255, 255]


def test_splits_have_streams_of_their_own():
    draws = {stream(seed, name).random() for seed in (0, 1) for name in ("train", "test", "classes")}
    assert len(draws) == 6
    assert stream(1, "test").random() == stream(1, "test").random()


@pytest.mark.parametrize("name", GENERATED)
def test_generated_data_follow_their_seed(study, tmp_path, name):
    for folder, seed in (("once", 0), ("twice", 0), ("other", 1)):
        canonical.write(tmp_path / folder, made(study, name, tmp_path, seed=seed))
    assert same_bytes(tmp_path / "once", tmp_path / "twice")
    assert (tmp_path / "once/train.npy").read_bytes() != (tmp_path / "other/train.npy").read_bytes()
    once = canonical.read(tmp_path / "once").splits
    assert not np.array_equal(once["train"].inputs[:1000], once["test"].inputs)
    assert [np.bincount(once[split].labels).tolist() for split in once] == [[1000, 1000], [500, 500]]


@pytest.mark.parametrize("name", GENERATED)
def test_each_split_and_each_seed_has_draws_of_its_own(study, tmp_path, name):
    changed = {"examples": {"train": 50, "test": 50}} | ({"separation": 0} if name == "gaussian" else {})
    one, other = (made(study, name, tmp_path, seed=seed, **changed).splits for seed in (0, 1))
    assert not np.array_equal(one["train"].inputs, one["test"].inputs)
    assert not np.array_equal(one["train"].inputs, other["train"].inputs)


@pytest.mark.parametrize("name", GENERATED)
def test_the_size_of_a_split_does_not_move_the_other(study, tmp_path, name):
    whole, small = (made(study, name, tmp_path, examples={"train": n, "test": 50}) for n in (100, 30))
    assert np.array_equal(whole.splits["test"].inputs, small.splits["test"].inputs)
    assert np.array_equal(whole.splits["test"].labels, small.splits["test"].labels)


# Gabor patches


def test_a_patch_by_hand():
    # Vertical stripes, two cycles over eight pixels: bright at 0 and ±4 pixels from the centre, dark at ±2.
    (patch,) = gabor.patches(np.array([90]), np.array([2]), np.array([0]), side=9)
    places = (np.arange(9) - 4) / 9
    envelope = np.exp(-(places**2) / (2 * 0.25**2))
    assert np.allclose(patch[4], envelope * np.cos(2 * np.pi * 2 * places))
    assert np.allclose(patch[:, 4], envelope)
    (shifted,) = gabor.patches(np.array([90]), np.array([2]), np.array([np.pi]), side=9)
    assert np.allclose(shifted, -patch)


def test_stripes_rise_to_the_right_at_45_degrees():
    (patch,) = gabor.patches(np.array([45]), np.array([3]), np.array([0]), side=16)
    along = np.fliplr(patch).diagonal()  # from the top right to the bottom left
    assert np.all(along > 0)
    assert np.any(patch.diagonal() < -0.1)


@pytest.mark.parametrize("difference", [10, 40, 90])
def test_each_class_has_its_orientation(study, tmp_path, difference):
    dataset = made(study, "gabor", tmp_path, pixel_noise=0, side=64, orientation_difference=difference)
    for data in dataset.splits.values():
        found = stripes(data.inputs[:, 0].astype(float))
        for label, expected in enumerate((45 - difference / 2, 45 + difference / 2)):
            distance = (found[data.labels == label] - expected + 90) % 180 - 90
            assert abs(distance.mean()) < 1
            assert np.percentile(np.abs(distance), 95) < 5
    assert dataset.classes == [f"{45 - difference / 2:g} degrees", f"{45 + difference / 2:g} degrees"]


def test_twelve_orientations_are_evenly_spread(study, tmp_path):
    dataset = made(study, "gabor_12", tmp_path, pixel_noise=0, side=64)
    data = dataset.splits["train"]
    assert np.bincount(data.labels).tolist() == [200] * 12
    angles = [float(name.removesuffix(" degrees")) for name in dataset.classes]
    assert sorted(angles) == [7.5 + 15 * place for place in range(12)]
    found = stripes(data.inputs[:, 0].astype(float))
    for label, expected in enumerate(angles):
        distance = (found[data.labels == label] - expected + 90) % 180 - 90
        assert abs(distance.mean()) < 1
    assert made(study, "gabor_12", tmp_path).shape == (1, 32, 32)
    with pytest.raises(UserError, match=r"number_of_classes is 12, of .* 16; allowed: at most 15 degrees"):
        made(study, "gabor_12", tmp_path, orientation_difference=16)


def test_the_catalogues_gabor_patches_are_those_of_the_study(study, tmp_path):
    dataset = made(study, "gabor", tmp_path)
    assert dataset.shape == (1, 16, 16)
    assert dataset.classes == ["25 degrees", "65 degrees"]
    pixels = dataset.splits["train"].inputs
    assert np.mean((pixels == 0) | (pixels == 255)) < 0.01
    assert abs(pixels.mean() - 127.5) < 1
    # Noise of deviation 1 where amplitude 4 is the limit, beside a faint patch at the corners.
    assert abs(pixels[:, 0, 0, 0].std() / (127.5 / 4) - 1) < 0.05


def test_phase_and_frequency_vary_only_where_asked(study, tmp_path):
    def clean(**changed):
        return made(study, "gabor", tmp_path, pixel_noise=0, **changed).splits["train"].inputs[::2, 0]

    still = clean(random_phase=False, random_frequency=False)
    assert np.all(still == still[0])
    for changed in ({"random_phase": False}, {"random_frequency": False}):
        assert len(np.unique(clean(**changed), axis=0)) > 500
    middle = clean(random_phase=False)[:, 7:9, 7:9]
    assert np.all(middle > 127.5)  # the bright stripe stays in the middle
    assert np.any(clean(random_frequency=False)[:, 7:9, 7:9] < 50)


def test_a_knob_leaves_the_other_draws_alone(study, tmp_path):
    faint, strong = (
        made(study, "gabor", tmp_path, pixel_noise=3, random_phase=phase).splits["train"].inputs.astype(float)
        for phase in (True, False)
    )
    corner = (slice(None), 0, 0, 0)  # hardly any patch here: the noise
    assert np.corrcoef(faint[corner], strong[corner])[0, 1] > 0.99


# Gaussian clouds and noise


def test_class_means_lie_at_the_separation():
    means = gaussian.means(dimension=20, number_of_classes=5, separation=3, seed=0)
    assert np.allclose(np.linalg.norm(means, axis=1), 3)
    assert len(np.unique(means.round(6), axis=0)) == 5
    assert np.array_equal(gaussian.means(20, 3, 3, 0), means[:3])
    assert np.all(gaussian.means(4, 2, 0, 0) == 0)


def test_clouds_are_separated_as_far_as_asked(study, tmp_path):
    changed = {"shape": [3, 2, 2], "number_of_classes": 3, "examples": {"train": 9000, "test": 10}}
    for separation in (0, 5):
        dataset = made(study, "gaussian", tmp_path, separation=separation, **changed)
        assert dataset.shape == (3, 2, 2)
        assert dataset.classes == ["0", "1", "2"]
        data = dataset.splits["train"]
        limit = 4 + np.abs(gaussian.means(12, 3, separation, 0)).max()
        values = (data.inputs.reshape(9000, 12) / 127.5 - 1) * limit
        for label in range(3):
            cloud = values[data.labels == label]
            assert np.allclose(cloud.mean(axis=0), gaussian.means(12, 3, separation, 0)[label], atol=0.08)
            assert np.allclose(cloud.std(axis=0), 1, atol=0.05)


def test_the_papers_gaussians_are_as_separable_as_documented(study, tmp_path):
    dataset = made(study, "gaussian_paper", tmp_path, examples={"train": 4, "test": 6000})
    data = dataset.splits["test"]
    assert dataset.shape == (3, 32, 32)
    values = (data.inputs.reshape(6000, 3072) / 127.5 - 1) * 4.1  # four deviations around the larger mean
    for label, mean in enumerate((0, 0.1)):
        cloud = values[data.labels == label]
        assert abs(cloud.mean() - mean) < 0.002
        assert abs(cloud.std() - 1) < 0.001
        assert np.abs(np.corrcoef(cloud[:, :6].T) - np.eye(6)).max() < 0.08
    # The best classifier: on which side of the middle between the means the mean coordinate lies.
    right = (values.mean(axis=1) > 0.05) == data.labels
    best = scipy.stats.norm.cdf(0.1 * np.sqrt(3072) / 2)
    assert round(best, 4) == 0.9972
    assert abs(right.mean() - best) < 0.002
    with pytest.raises(UserError, match=r"means is \[0, 1, 2\], number_of_classes is 2; allowed: a mean for each"):
        made(study, "gaussian_paper", tmp_path, means=[0, 1, 2])


def test_noise_has_no_trace_of_its_labels(study, tmp_path):
    changed = {"shape": [1, 4, 4], "number_of_classes": 4, "examples": {"train": 8000, "test": 10}}
    dataset = made(study, "noise", tmp_path, **changed)
    data = dataset.splits["train"]
    assert np.bincount(data.labels).tolist() == [2000] * 4
    assert data.labels[:8].tolist() != [0, 1, 2, 3] * 2
    assert (data.inputs.min(), data.inputs.max()) == (0, 255)
    means = [data.inputs[data.labels == label].mean() for label in range(4)]
    assert np.allclose(means, 127.5, atol=1.5)


# Wrong labels


def labelled(labels, classes=4) -> Dataset:
    labels = np.asarray(labels)
    data = Split(np.zeros((len(labels), 1, 2, 2), np.uint8), labels, np.arange(len(labels)))
    return Dataset({"train": data, "test": data}, [str(label) for label in range(classes)])


@pytest.mark.parametrize(("share", "wrong"), [(0.2, 20), (0.333, 33), (1, 100), (0.001, 0)])
def test_exactly_the_share_of_train_labels_is_wrong(share, wrong):
    dataset = labelled(np.arange(100) % 4)
    noisy = label_noise.redrawn(dataset, share, seed=0)
    train = noisy.splits["train"]
    assert np.sum(train.targets != train.labels) == wrong
    assert np.array_equal(train.labels, np.arange(100) % 4)
    assert noisy.splits["test"].trained_labels is None
    assert np.array_equal(label_noise.redrawn(dataset, share, seed=0).splits["train"].targets, train.targets)


def test_wrong_labels_are_uniform_over_the_other_classes():
    noisy = label_noise.redrawn(labelled(np.repeat([0, 1, 2, 3], 3000).astype(np.uint8)), 1, seed=0)
    train = noisy.splits["train"]
    counts = Counter(zip(train.labels.tolist(), train.targets.tolist(), strict=True))
    assert set(counts) == {(a, b) for a in range(4) for b in range(4) if a != b}
    assert all(abs(count - 1000) < 120 for count in counts.values())


def test_random_labels_say_nothing_at_the_share_that_is_documented():
    noisy = label_noise.redrawn(labelled(np.repeat([0, 1, 2, 3], 3000)), 3 / 4, seed=0)
    train = noisy.splits["train"]
    for label in range(4):
        assert np.allclose(np.bincount(train.targets[train.labels == label]), 750, atol=110)


def test_more_noise_adds_to_less():
    small, large = (
        label_noise.redrawn(labelled(np.arange(100) % 4), share, seed=3).splits["train"] for share in (0.2, 0.5)
    )
    wrong = small.targets != small.labels
    assert np.array_equal(small.targets[wrong], large.targets[wrong])
    other = label_noise.redrawn(labelled(np.arange(100) % 4), 0.2, seed=4).splits["train"]
    assert not np.array_equal(small.targets, other.targets)


def test_any_dataset_can_have_wrong_labels_and_both_are_kept(study, tmp_path):
    noisy = made(study, "noise", tmp_path, label_noise=0.25, label_noise_seed=1)
    canonical.write(tmp_path / "noisy", noisy)
    train = canonical.read(tmp_path / "noisy").splits["train"]
    assert np.mean(train.targets != train.labels) == 0.25
    assert np.array_equal(train.labels, made(study, "noise", tmp_path).splits["train"].labels)
    assert made(study, "noise", tmp_path).splits["train"].trained_labels is None


def test_labels_are_not_redrawn_twice_or_from_nothing():
    noisy = label_noise.redrawn(labelled([0, 1, 2]), 1, seed=0)
    with pytest.raises(
        UserError, match=r"label_noise is 0\.5, of labels that label_noise or labels of the origin changed"
    ):
        label_noise.redrawn(noisy, 0.5, seed=0)
    with pytest.raises(UserError, match=r"label_noise is 0\.5, of 1 class; allowed"):
        label_noise.redrawn(labelled([0, 0], classes=1), 0.5, seed=0)


def test_shuffled_labels_are_a_permutation_and_say_nothing():
    labels = np.repeat([0, 1, 2, 3], [400, 300, 200, 100])
    shuffled, again, other = (label_noise.shuffled(labelled(labels), seed).splits for seed in (0, 0, 1))
    trained = shuffled["train"].targets
    assert np.bincount(trained).tolist() == [400, 300, 200, 100]
    assert np.array_equal(shuffled["train"].labels, labels)
    assert shuffled["test"].trained_labels is None
    # By chance 0.4² + 0.3² + 0.2² + 0.1² = 0.3 of the labels stay right.
    assert abs(np.mean(trained == labels) - 0.3) < 0.05
    assert np.array_equal(again["train"].targets, trained)
    assert not np.array_equal(other["train"].targets, trained)
    with pytest.raises(UserError, match=r"labels is shuffled, of labels that label_noise or labels of the origin"):
        label_noise.shuffled(label_noise.redrawn(labelled(labels), 0.1, seed=0), seed=0)


def test_the_catalogue_shuffles_the_labels_of_small_mammals(study, tmp_path):
    small = labelled(np.arange(50) % 5, classes=5)
    canonical.write(tmp_path / "small_mammals", small)
    made_of = build("x", study["datasets"]["small_mammals_shuffled"], tmp_path, tmp_path, [])
    assert np.bincount(made_of.splits["train"].targets).tolist() == [10] * 5
    assert not np.array_equal(made_of.splits["train"].targets, small.splits["train"].labels)


# Subsets


@pytest.fixture
def origin(tmp_path):
    """A dataset on disk: classes a to d of 30, 20, 10 and 7 train and 3 test examples, in two superclasses."""
    random = np.random.default_rng(0)
    splits = {}
    for split, counts in (("train", (30, 20, 10, 7)), ("test", (3, 3, 3, 3))):
        labels = random.permutation(np.repeat(np.arange(4), counts))
        images = random.integers(0, 256, (len(labels), 1, 3, 3), dtype=np.uint8)
        splits[split] = Split(images, labels, np.array([f"{split}-{n}" for n in range(len(labels))]))
    dataset = Dataset(splits, ["a", "b", "c", "d"], ["xy", "z", "xy", "z1"])
    canonical.write(tmp_path / "origin", dataset)
    return dataset


def subset_of(name, tmp_path, **changed):
    entry = {"reader": "subset", "of": name, "seed": 0, "addresses": []} | changed
    return build("part", entry, tmp_path, tmp_path, [])


def test_classes_are_kept_in_the_order_that_is_asked_for(origin, tmp_path):
    dataset = subset_of("origin", tmp_path, classes=["c", "a"])
    assert dataset.classes == ["c", "a"]
    assert dataset.superclasses == ["xy", "xy"]
    for split, data in origin.splits.items():
        rows = np.flatnonzero((data.labels == 0) | (data.labels == 2))
        part = dataset.splits[split]
        assert np.array_equal(part.inputs, data.inputs[rows])
        assert np.array_equal(part.labels, np.where(data.labels[rows] == 2, 0, 1))
        assert part.source.tolist() == data.source[rows].tolist()
        assert part.trained_labels is None


def test_a_superclass_is_its_classes(origin, tmp_path):
    by_superclass = subset_of("origin", tmp_path, superclass="xy")
    by_classes = subset_of("origin", tmp_path, classes=["a", "c"])
    assert by_superclass.classes == by_classes.classes
    for split in ("train", "test"):
        assert np.array_equal(by_superclass.splits[split].inputs, by_classes.splits[split].inputs)
        assert np.array_equal(by_superclass.splits[split].labels, by_classes.splits[split].labels)


def test_numbers_of_examples_are_exact_and_in_proportion(origin, tmp_path):
    # 20 of 67: 8.96, 5.97, 2.99 and 2.09, rounded down to 17; the largest remainders get the other 3.
    dataset = subset_of("origin", tmp_path, examples={"train": 20, "test": 12})
    assert np.bincount(dataset.splits["train"].labels).tolist() == [9, 6, 3, 2]
    assert np.array_equal(dataset.splits["test"].inputs, origin.splits["test"].inputs)
    chosen = [int(source.removeprefix("train-")) for source in dataset.splits["train"].source]
    assert chosen == sorted(set(chosen))
    assert np.array_equal(dataset.splits["train"].inputs, origin.splits["train"].inputs[chosen])
    again, other = (
        subset_of("origin", tmp_path, examples={"train": 20, "test": 12}, seed=seed)
        .splits["train"]
        .source.tolist()
        for seed in (0, 1)
    )
    assert again == dataset.splits["train"].source.tolist() != other
    both = subset_of("origin", tmp_path, classes=["d", "b"], examples={"train": 9, "test": 2})
    assert [np.bincount(both.splits[split].labels).tolist() for split in ("train", "test")] == [[2, 7], [1, 1]]


def test_parts_are_disjoint_and_complete_and_share_the_test_set(origin, tmp_path):
    parts = [subset_of("origin", tmp_path, part={"of": 6, "number": number}) for number in range(1, 7)]
    sources = [part.splits["train"].source.tolist() for part in parts]
    assert sorted(itertools.chain(*sources)) == sorted(origin.splits["train"].source.tolist())
    assert [len(of_part) for of_part in sources] == [12, 11, 11, 11, 11, 11]
    for part in parts:
        assert part.splits["test"].source.tolist() == origin.splits["test"].source.tolist()
        counts = np.bincount(part.splits["train"].labels, minlength=4)
        assert np.all(np.abs(counts - np.array([30, 20, 10, 7]) / 6) < 1)
        train = part.splits["train"]
        rows = [int(source.removeprefix("train-")) for source in train.source]
        assert rows == sorted(rows)
        assert np.array_equal(train.inputs, origin.splits["train"].inputs[rows])
    other = subset_of("origin", tmp_path, part={"of": 6, "number": 1}, seed=1)
    assert other.splits["train"].source.tolist() != sources[0]
    of_two = [
        subset_of("origin", tmp_path, classes=["d", "a"], part={"of": 2, "number": number}) for number in (1, 2)
    ]
    assert [np.bincount(part.splits["train"].labels).tolist() for part in of_two] == [[4, 15], [3, 15]]
    with pytest.raises(UserError, match=r"it stands for 3 parts; allowed: in `collections`, or one `part`"):
        subset_of("origin", tmp_path, parts=3)


def test_trained_labels_and_vocabulary_are_carried_over(tmp_path):
    trained = np.array([1, 0, 2, 2])
    texts = np.arange(16, dtype=np.uint16).reshape(4, 4)
    data = Split(texts, np.array([0, 1, 2, 1]), np.arange(4), trained)
    dataset = Dataset({"train": data, "test": data}, ["a", "b", "c"], vocabulary=["<pad>", "<unknown>", "w"])
    canonical.write(tmp_path / "origin", dataset)
    part = subset_of("origin", tmp_path, classes=["c", "b", "a"])
    assert part.vocabulary == dataset.vocabulary
    assert part.splits["train"].labels.tolist() == [2, 1, 0, 1]
    assert part.splits["train"].trained_labels.tolist() == [1, 2, 0, 0]
    with pytest.raises(UserError, match="a subset of origin: its label_noise drew trained labels of classes"):
        subset_of("origin", tmp_path, classes=["b", "a"])
    with pytest.raises(UserError, match="of labels that label_noise or labels of the origin changed"):
        subset_of("origin", tmp_path, label_noise=0.5, label_noise_seed=0)


def test_encoded_images_stay_as_they_are_encoded(tmp_path):
    # Bytes that no decoder knows: they are carried, not opened.
    contents = [bytes([number] * (number + 1)) for number in range(6)]
    splits = {
        split: Split(EncodedStream(contents, 6, (3, 8, 8)), np.arange(6) % 3, np.arange(6))
        for split in ("train", "test")
    }
    canonical.write(tmp_path / "origin", Dataset(splits, ["a", "b", "c"]))
    canonical.write(tmp_path / "part", subset_of("origin", tmp_path, classes=["c", "a"]))
    part = canonical.read(tmp_path / "part")
    for data in part.splits.values():
        assert isinstance(data.inputs, EncodedImages)
        assert data.inputs.shape == (4, 3, 8, 8)
        assert [data.inputs.encoded(row) for row in range(4)] == [contents[row] for row in (0, 2, 3, 5)]
        assert data.labels.tolist() == [1, 0, 1, 0]


def test_a_subset_of_all_stays_on_disk(origin, tmp_path):
    assert isinstance(subset_of("origin", tmp_path).splits["train"].inputs, np.memmap)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"classes": ["a", "dd"]}, "a subset of origin: classes has 'dd'; known are a, b, c, d; did you mean d?"),
        ({"superclass": "xz"}, "a subset of origin: superclass is 'xz'; known are xy, z, z1; did you mean"),
        ({"superclass": "z"}, "a subset of origin: superclass is 'z', of one class; allowed: one of 2"),
        ({"superclass": "z", "classes": ["a", "b"]}, "it has classes ['a', 'b'] and superclass 'z'; allowed: one"),
        ({"examples": {"train": 68, "test": 1}}, "a subset of origin: examples.train is 68; allowed: at most 67"),
        ({"classes": ["c", "d"], "examples": {"train": 9, "test": 7}}, "examples.test is 7; allowed: at most 6"),
        ({"of": "nowhere"}, "nowhere: not a whole dataset"),
    ],
)
def test_a_mistake_in_a_subset_is_told_in_one_line(origin, tmp_path, changed, told):
    with pytest.raises(UserError) as error:
        subset_of("origin", tmp_path, **changed)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_dataset_without_superclasses_says_so(tmp_path):
    canonical.write(tmp_path / "origin", labelled([0, 1, 2, 3]))
    with pytest.raises(
        UserError, match="origin, which has no superclasses: superclass is 'xy'; allowed: `classes`"
    ):
        subset_of("origin", tmp_path, superclass="xy")


def test_the_catalogues_noisy_digits(study, tmp_path):
    canonical.write(tmp_path / "digits", made(study, "digits", tmp_path))
    for name, wrong in (("digits_noisy", 240), ("digits_random_labels", 1078)):
        for folder in ("once", "twice"):
            canonical.write(tmp_path / folder, made(study, name, tmp_path))
        assert same_bytes(tmp_path / "once", tmp_path / "twice")
        train = canonical.read(tmp_path / "once").splits["train"]
        assert np.sum(train.targets != train.labels) == wrong
        assert np.array_equal(train.labels, made(study, "digits", tmp_path).splits["train"].labels)


def test_the_catalogues_classes_of_cifar(study, tmp_path):
    # CIFAR's names of these classes and of the superclass, as its archives have them.
    mammals = ["hamster", "mouse", "rabbit", "shrew", "squirrel"]
    hundred = replace(
        labelled(np.arange(7), classes=7),
        classes=["apple", *mammals, "whale"],
        superclasses=["fruit_and_vegetables", *["small_mammals"] * 5, "aquatic_mammals"],
    )
    canonical.write(tmp_path / "cifar100", hundred)
    assert subset_of("cifar100", tmp_path, superclass="small_mammals").classes == mammals
    canonical.write(
        tmp_path / "cifar10", replace(labelled(np.arange(3), classes=3), classes=["bird", "cat", "dog"])
    )
    assert made(study, "cats_and_dogs", tmp_path).splits["train"].labels.tolist() == [0, 1]


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_a_part_of_fashion_mnist_in_proportion(study, tmp_path):
    whole = build("fashion_mnist", study["datasets"]["fashion_mnist"], tmp_path, tmp_path, [str(DEBIAN)])
    canonical.write(tmp_path / "fashion_mnist", whole)
    dataset = made(study, "fashion_mnist_5k_3k", tmp_path)
    assert np.bincount(dataset.splits["train"].labels).tolist() == [500] * 10
    assert np.bincount(dataset.splits["test"].labels).tolist() == [300] * 10
