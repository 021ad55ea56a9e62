import numpy as np
import polars as pl
import pytest
from clones import run_script
from scipy import stats
from sklearn.datasets import load_digits

from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError
from learnorder.measures import baselines as module
from learnorder.measures.baselines import baselines

SCORES = ["class_mean_distance", "neighbour_purity", "linear_margin"]


def dataset(train, test, classes=2, **settings):
    """Of (inputs, labels) for each split."""
    splits = {
        name: Split(np.asarray(inputs), np.asarray(labels, dtype=np.int64), np.arange(len(labels)))
        for name, (inputs, labels) in (("train", train), ("test", test))
    }
    return Dataset(splits, [f"class {number}" for number in range(classes)], **settings)


def images(values):
    """Grey images of a single pixel."""
    return np.array(values, dtype=np.uint8).reshape(-1, 1, 1, 1)


def clouds(random, labels, spread=8):
    """Images of 2 × 2 pixels around a centre of each class."""
    centres = np.array([[50, 50, 200, 200], [200, 50, 50, 200], [120, 220, 120, 20]]).reshape(3, 1, 2, 2)
    noisy = centres[labels] + random.normal(0, spread, (len(labels), 1, 2, 2))
    return np.clip(noisy, 0, 255).astype(np.uint8)


# By hand --------------------------------------------------------------------------------------------------


def test_distance_to_the_class_mean_is_in_deviations_of_the_train_pixels():
    # Train pixels 10, 30 | 110, 130: class means 20 and 120, mean 70, deviation √(50² + 10²).
    table = baselines(
        dataset((images([10, 30, 110, 130, 20, 120]), [0, 0, 1, 1, 0, 1]), (images([50, 50, 20]), [0, 1, 1]))
    )
    deviation = np.std([10, 30, 110, 130, 20, 120])
    expected = np.array([10, 10, 10, 10, 0, 0, 30, 70, 100]) / deviation
    assert table["class_mean_distance"].to_numpy() == pytest.approx(expected, abs=1e-6)


def test_channels_are_scaled_each_by_its_own_deviation():
    pixels = np.array([[0, 100], [20, 100], [0, 200], [20, 200], [10, 150], [10, 150]], dtype=np.uint8).reshape(
        6, 2, 1, 1
    )
    table = baselines(dataset((pixels, [0] * 3 + [1] * 3), (pixels[:1], [0])))
    scaled = (pixels - pixels.mean(0)) / pixels.std(0)
    centre = scaled[:3].mean(0)
    assert table["class_mean_distance"][0] == pytest.approx(np.linalg.norm(scaled[0] - centre), abs=1e-5)


def test_purity_counts_the_ten_nearest_train_examples_without_itself():
    # Twelve images in a row, far from twelve others; of the first, two have the other label.
    values = [*range(12), *range(200, 212)]
    labels = [0] * 10 + [1, 1] + [1] * 12
    table = baselines(dataset((images(values), labels), (images([0, 11, 205]), [0, 0, 0])))
    purity = table["neighbour_purity"].to_list()
    assert purity[0] == pytest.approx(0.9)  # 1, …, 10: all but the last have label 0
    assert purity[11] == pytest.approx(0.1)  # 1, …, 10: the last has label 1
    assert purity[12] == 1
    assert purity[24:] == pytest.approx([1.0, 0.8, 0])  # 0, …, 9; 2, …, 11; the far ones


@pytest.mark.parametrize("train", [[0, 9], [7, 7], [0, 1, 9]])
def test_the_smallest_datasets(train):
    """Two classes of two images; also where both look the same."""
    table = baselines(dataset((images(train), [0, 1, 1][: len(train)]), (images([0, 9]), [0, 1])))
    assert len(table) == len(train) + 2
    if train != [7, 7]:
        assert (table["linear_margin"][-2:] > 0).all()
    assert table["neighbour_purity"].is_not_null().all()


def test_a_single_train_example_is_refused():
    with pytest.raises(UserError, match="baselines: 1 train example; allowed: at least 2"):
        baselines(dataset((images([0]), [0]), (images([0]), [0])))


def test_fewer_examples_than_neighbours():
    table = baselines(dataset((images([0, 1, 2, 3, 4, 5]), [0, 0, 0, 1, 1, 1]), (images([0]), [0])))
    assert table["neighbour_purity"].to_list() == pytest.approx([2 / 5] * 6 + [3 / 5])


def test_a_copy_of_an_example_is_its_neighbour_and_the_example_itself_is_not():
    # Each image stands there eleven times, with labels of its own: ten copies have the label of the eleventh.
    values = np.repeat([10, 200], 11)
    labels = np.repeat([0, 1], 11)
    labels[0] = 1
    purity = baselines(dataset((images(values), labels), (images([10]), [0])))["neighbour_purity"].to_list()
    assert purity[0] == 0
    assert purity[1:11] == pytest.approx([0.9] * 10)
    assert purity[11:22] == pytest.approx([1] * 11)


def test_margin_by_hand():
    # Pixels −1 and 1, targets ±½ around their mean: slope ±3 / (6 + penalty), and the penalty is the mean of 1².
    table = baselines(
        dataset((images([0, 0, 0, 200, 200, 200]), [0, 0, 0, 1, 1, 1]), (images([200, 100]), [1, 1]))
    )
    assert table.filter(split="test")["linear_margin"].to_list() == pytest.approx([2 * 3 / 7, 0], abs=1e-6)


def test_classes_that_stand_one_after_the_other_are_learned():
    labels = np.repeat(np.arange(5), 10)
    pixels = (200 * np.eye(5, dtype=np.uint8)[labels]).reshape(-1, 1, 1, 5)
    table = baselines(dataset((pixels, labels), (pixels, labels), classes=5))
    assert (table["linear_margin"] > 0).all()


def test_margin_of_separate_classes_and_of_a_wrong_label():
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 40)
    wrong = labels.copy()
    wrong[[0, 50]] = [1, 2]
    train = clouds(random, labels)
    table = baselines(dataset((train, wrong), (clouds(random, labels), labels), classes=3))
    margin = table.filter(split="train")["linear_margin"].to_numpy()
    assert (margin > 0).tolist() == [example not in (0, 50) for example in range(120)]
    assert (table.filter(split="test")["linear_margin"] > 0.3).all()
    assert table["linear_margin"].is_between(-1.5, 1.5).all()


def test_no_train_example_is_judged_by_a_model_that_saw_it():
    # More random pixels than images: a model that saw an example knows its label, another is right by chance.
    random = np.random.default_rng(0)
    x, y = random.integers(0, 256, (300, 1, 24, 24)).astype(np.uint8), random.integers(0, 2, 300)
    table = baselines(dataset((x, y), (x, y)))
    right = table.group_by("split", maintain_order=True).agg((pl.col("linear_margin") > 0).mean())
    seen = dict(right.iter_rows())
    assert 0.4 < seen["train"] < 0.6
    assert seen["test"] > 0.9  # here the test split is what the model was trained on


def test_columns_and_rows():
    random = np.random.default_rng(0)
    train, test = np.repeat([0, 1, 2], 10), np.array([2, 0])
    table = baselines(dataset((clouds(random, train), train), (clouds(random, test), test), classes=3))
    assert table.columns == ["split", "example", "label", *SCORES]
    assert table["split"].to_list() == ["train"] * 30 + ["test"] * 2
    assert table["example"].to_list() == [*range(30), 0, 1]
    assert table["label"].to_list() == [*train, *test]


def test_what_is_undefined_is_null():
    one_class = dataset((images(range(6)), [0] * 6), (images([3]), [0]), classes=1)
    assert baselines(one_class)["linear_margin"].null_count() == 7
    # A class without a train example has no mean.
    absent = baselines(dataset((images(range(6)), [0] * 6), (images([3]), [1])))
    assert absent["class_mean_distance"].is_null().to_list() == [False] * 6 + [True]
    assert absent["neighbour_purity"][-1] == 0
    assert absent["linear_margin"][-1] < 0


def test_twice_gives_the_same():
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 60)
    same = dataset((clouds(random, labels, 60), labels), (clouds(random, labels, 60), labels), classes=3)
    assert baselines(same).equals(baselines(same))


def test_true_labels_count_where_networks_are_trained_on_others():
    labels = np.array([0, 0, 0, 1, 1, 1])
    sound = dataset((images([0, 1, 2, 200, 201, 202]), labels), (images([1]), [0]))
    split = sound.splits["train"]
    redrawn = Split(split.inputs, split.labels, split.source, trained_labels=labels[::-1])
    assert baselines(Dataset({**sound.splits, "train": redrawn}, sound.classes)).equals(baselines(sound))


def test_too_many_pixels_are_a_mistake_of_the_user(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 27)
    with pytest.raises(UserError, match=r"7 images of shape \(1, 1, 1\).*take a subset"):
        baselines(dataset((images(range(6)), [0, 1] * 3), (images([3]), [0])))


# Texts ----------------------------------------------------------------------------------------------------


def test_texts_by_their_words_however_long():
    # Words 2 and 3 tell the classes apart, 4 is in all; 0 is padding.
    train = np.array([[2, 4, 0, 0], [2, 2, 4, 4], [2, 4, 4, 4], [3, 4, 0, 0], [3, 3, 4, 4], [3, 4, 4, 4]])
    test = np.array([[2, 2, 4, 4], [2, 4, 0, 0], [3, 0, 0, 0]])
    words = ["", "?", "left", "right", "and"]
    table = baselines(dataset((train, [0] * 3 + [1] * 3), (test, [0, 0, 0]), vocabulary=words))
    assert table["linear_margin"].gt(0).to_list() == [True] * 8 + [False]
    distance = table.filter(split="test")["class_mean_distance"].to_list()
    assert distance[0] == pytest.approx(distance[1], abs=1e-6)  # the same twice over
    assert distance[2] > 1 > distance[0]


# For real ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    pixels = (x * 15).astype(np.uint8).reshape(-1, 1, 8, 8)
    return dataset((pixels[:1198], y[:1198]), (pixels[1198:], y[1198:]), classes=10)


def test_digits(digits):
    table = baselines(digits)
    assert table.null_count().sum_horizontal()[0] == 0
    for split, lowest in (("train", 0.9), ("test", 0.85)):
        rows = table.filter(split=split)
        assert (rows["linear_margin"] > 0).mean() > lowest
        assert rows["neighbour_purity"].mean() > lowest
    # Two measures of what is easy, and one of what is hard.
    correlation = stats.spearmanr(table.select(SCORES).to_numpy()).statistic
    assert correlation[1, 2] > 0.3
    assert correlation[0, 1] < -0.2
    assert correlation[0, 2] < -0.2


def test_the_script_writes_them_below_the_dataset(digits, tmp_path):
    small = {
        name: Split(split.inputs[:50], split.labels[:50], split.source[:50])
        for name, split in digits.splits.items()
    }
    small = Dataset(small, digits.classes)
    canonical.write(tmp_path / "digits", small)
    path = tmp_path / "digits" / "0" / "baselines.parquet"
    assert run_script("baselines", tmp_path / "log", output=[str(path)]) == 0
    assert pl.read_parquet(path).equals(baselines(small))
