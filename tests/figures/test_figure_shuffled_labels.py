import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder import tables
from learnorder.figures import shuffled_labels, style
from learnorder.measures.agreement import counts
from learnorder.measures.constant import with_chance
from learnorder.measures.epochs import epochs
from learnorder.measures.trained import as_trained

DATASETS = {
    "digits": {"reader": "digits", "label_noise": 0, "label_noise_seed": 0, "description": "Ours."},
    "noisy": {"reader": "subset", "of": "digits", "label_noise": 0.2, "label_noise_seed": 3, "seed": 0},
    "random": {"reader": "subset", "of": "digits", "label_noise": 0.9, "label_noise_seed": 0, "seed": 0},
    "part": {"reader": "subset", "of": "letters", "examples": {"train": 9, "test": 3}, "description": "A part."},
    "part_random": {"reader": "subset", "of": "letters", "examples": {"train": 9, "test": 3}, "label_noise": 0.9},
    "cloud_random": {"reader": "gaussian", "label_noise": 0.5},
}
ABOUT = {"datasets": DATASETS}
STATISTICS = ["accuracy", "relative_bimodality"]


@pytest.fixture(autouse=True)
def theme():
    style.apply({"cnn": {"colour": "red"}, "mlp": {"colour": "blue"}})


def measured(splits=("train", "test"), points=3, networks=20, beta=0.5, accuracy=0.4):
    """Part of a table `epochs`: accuracy rises by 0.1 and β by 0.2 with each point."""
    rows = [
        {"split": split, "epoch": 1.0 + place, "networks": networks, "examples": 100, "p_value": 0.01}
        | {"at_chance": False}
        | {f"{name}{end}": value + off for name, value in values.items() for end, off in ends}
        for split in splits
        for place in range(points)
        for values in [
            {"accuracy": accuracy + 0.1 * place, "relative_bimodality": beta + 0.2 * place, "bimodality": 1.5}
        ]
        for ends in [(("", 0), ("_low", -0.05), ("_high", 0.04))]
    ]
    return pl.DataFrame(rows)


def frames(*collections, beta=0.5):
    """Both tables of each collection; as trained, β is higher by 0.1."""
    return {
        "epochs": {name: measured(beta=beta) for name in collections},
        "epochs_as_trained": {name: measured(("train",), beta=beta + 0.1) for name in collections},
    }


def redrawn(folder, **measures):
    """Figure of the table as the file gives it back."""
    tables.write_csv(folder / "table.csv", shuffled_labels.table(**measures, about=ABOUT))
    return shuffled_labels.draw(tables.read_csv(folder / "table.csv"))


def lines(axes):
    """Lines of collections, which have a marker, unlike the two marks of β."""
    return [line for line in axes.lines if line.get_marker() != "None"]


def words(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_train_rows_are_as_trained_and_test_rows_true():
    table = shuffled_labels.table(**frames(("digits", "cnn", "sgd"), ("noisy", "cnn", "sgd")), about=ABOUT)
    train, test = (table.filter(split=split, dataset="noisy") for split in ("train", "test"))
    assert train["relative_bimodality"].to_list() == pytest.approx([0.6, 0.8, 1.0])
    assert test["relative_bimodality"].to_list() == pytest.approx([0.5, 0.7, 0.9])
    assert test["relative_bimodality_high"].to_list() == pytest.approx([0.54, 0.74, 0.94])
    assert table.filter(dataset="digits")["label_noise"].unique().to_list() == [0]
    assert train["label_noise"].to_list() == [0.2] * 3
    assert len(table) == 12


def test_beside_redrawn_labels_stand_the_true_ones_of_the_same_examples_architecture_and_recipe():
    learned = [
        ("digits", "cnn", "sgd"),
        ("digits", "mlp", "sgd"),  # nothing is redrawn beside it
        ("digits", "cnn", "adam"),
        ("noisy", "cnn", "sgd"),
        ("random", "cnn", "sgd"),
        ("part", "mlp", "sgd"),
        ("part_random", "mlp", "sgd"),
        ("cloud_random", "mlp", "sgd"),  # true labels are not in the study
        ("random", "mlp", "adam"),  # neither are they here
        ("imported", "mlp", "sgd"),  # in no catalogue
    ]
    table = shuffled_labels.table(**frames(*learned), about=ABOUT)
    rows = (
        table.select("dataset", "architecture", "recipe", "origin", "label_noise")
        .unique(maintain_order=True)
        .rows()
    )
    assert set(rows) == {
        ("digits", "cnn", "sgd", "digits", 0),
        ("noisy", "cnn", "sgd", "digits", 0.2),
        ("random", "cnn", "sgd", "digits", 0.9),
        ("part", "mlp", "sgd", "part", 0),
        ("part_random", "mlp", "sgd", "part", 0.9),
        ("cloud_random", "mlp", "sgd", "cloud_random", 0.5),
        ("random", "mlp", "adam", "digits", 0.9),
    }


def test_a_part_that_is_not_the_whole_is_not_compared_with_its_origin():
    about = {"datasets": DATASETS | {"letters": {"reader": "idx"}}}
    measures = frames(("letters", "mlp", "sgd"), ("part_random", "mlp", "sgd"))
    assert shuffled_labels.table(**measures, about=about)["dataset"].unique().to_list() == ["part_random"]


def test_a_line_per_share_of_wrong_labels_train_beside_test(tmp_path):
    figure = redrawn(
        tmp_path, **frames(("random", "cnn", "sgd"), ("digits", "cnn", "sgd"), ("noisy", "cnn", "sgd"))
    )
    train, test, *below = figure.axes
    assert [axes.get_xlabel() for axes in below] == ["epoch", "epoch"]
    assert lines(below[0])[0].get_ydata() == pytest.approx([1.5] * 3)
    assert words(figure) == ["true labels", "20% of train labels wrong", "90% of train labels wrong"]
    assert [text.get_marker() for text in figure.legends[0].get_lines()] == [
        line.get_marker() for line in lines(train)
    ]
    assert len({line.get_linestyle() for line in lines(train)}) == 3
    assert [line.get_markerfacecolor() == "white" for line in lines(train)] == [False, True, True]
    for line in lines(train):
        assert line.get_xdata() == pytest.approx([0.4, 0.5, 0.6])
        assert line.get_ydata() == pytest.approx([0.6, 0.8, 1.0])
    assert lines(test)[0].get_ydata() == pytest.approx([0.5, 0.7, 0.9])
    assert train.get_title("left") == "digits, cnn, 20 networks"
    assert train.get_xlabel() == "mean accuracy on train examples\n(by the labels trained on)"
    assert test.get_xlabel() == "mean accuracy on test examples"


def test_the_smallest_b_of_the_paper_is_marked_and_what_is_almost_known_left_out():
    of_2019 = {"small_mammals_shuffled": {"reader": "subset", "of": "small_mammals", "labels": "shuffled"}}
    about = {"datasets": of_2019 | {"small_mammals": {"reader": "image_folder"}}}
    name = ("small_mammals_shuffled", "st_vgg_without_dropout", "r")
    measures = {
        "epochs": {name: measured(accuracy=0.8)},
        "epochs_as_trained": {name: measured(("train",), accuracy=0.8)},
    }
    table = shuffled_labels.table(**measures, about=about)
    assert dict(table.select("split", "paper_smallest_b").unique().rows()) == {"train": 1.07, "test": 1.35}
    below = shuffled_labels.draw(table).axes[2]
    drawn, marked = lines(below)
    assert drawn.get_xdata().tolist() == [1, 2]
    assert (marked.get_marker(), list(marked.get_ydata())) == ("<", [1.07])


def test_two_draws_of_as_many_wrong_labels_are_two_lines(tmp_path):
    about = {"datasets": DATASETS | {"again": DATASETS["random"] | {"label_noise_seed": 1}}}
    table = shuffled_labels.table(**frames(("random", "cnn", "sgd"), ("again", "cnn", "sgd")), about=about)
    drawn = lines(shuffled_labels.draw(table).axes[0])
    assert [len(line.get_xdata()) for line in drawn] == [3, 3]


def test_a_row_per_dataset_architecture_and_recipe(tmp_path):
    learned = [("digits", a, r) for a in ("cnn", "mlp") for r in ("sgd", "adam")]
    learned += [("random", a, r) for a in ("cnn", "mlp") for r in ("sgd", "adam")]
    figure = redrawn(tmp_path, **frames(*learned, ("part_random", "cnn", "sgd"), ("part", "cnn", "sgd")))
    panels = figure.axes
    assert len(panels) == 20
    titles = [axes.get_title("left") for axes in panels[::4]]
    assert [title.split(", 20")[0] for title in titles] == [
        "digits, cnn, sgd",
        "digits, cnn, adam",
        "digits, mlp, sgd",
        "digits, mlp, adam",
        "part, cnn, sgd",
    ]
    colours = [lines(axes)[0].get_color() for axes in panels[::4]]
    assert colours[0] == colours[1] == colours[4] != colours[2] == colours[3]


def test_without_redrawn_labels_it_says_so(tmp_path):
    figure = redrawn(tmp_path, **frames(("digits", "cnn", "sgd")))
    assert [text.get_text() for text in figure.axes[0].texts] == ["no collection on random labels"]


def test_a_split_without_examples_says_so(tmp_path):
    measures = frames(("random", "cnn", "sgd"))
    measures["epochs"] = {name: frame.filter(split="train") for name, frame in measures["epochs"].items()}
    figure = redrawn(tmp_path, **measures)
    assert figure.axes[1].texts[0].get_text() == "no test examples"
    assert len(lines(figure.axes[0])) == 1


def test_two_networks_whose_statistics_are_undefined(tmp_path):
    outcomes = pl.concat([simulated(np.ones((2, 1, 5), dtype=bool), split=split) for split in ("train", "test")])
    measures = {
        table: {("random", "cnn", "sgd"): with_chance(epochs(counts(of), 0.95, 99), of)}
        for table, of in (("epochs", outcomes), ("epochs_as_trained", as_trained(outcomes)))
    }
    figure = redrawn(tmp_path, **measures)
    style.save(figure, tmp_path / "figure.pdf", tmp_path / "figure.png")
    assert all(len(line.get_xdata()) == 0 for line in lines(figure.axes[0]))


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = shuffled_labels.table(**frames(("random", "cnn", "sgd"), ("digits", "cnn", "sgd")), about=ABOUT)
    for name in ("one.pdf", "two.pdf"):
        style.save(shuffled_labels.draw(table), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_shuffled_labels_stand_next_to_true_ones():
    datasets = {
        "animals": {"reader": "image_folder", "path": "animals"},
        "animals_shuffled": {"reader": "subset", "of": "animals", "labels": "shuffled"},
        "clouds": {"reader": "gaussian", "number_of_classes": 4},
        "clouds_shuffled": {"reader": "gaussian", "number_of_classes": 4, "labels": "shuffled"},
    }
    collections = [(name, "mlp", "long") for name in datasets]
    table = shuffled_labels.table(**frames(*collections), about={"datasets": datasets})
    noise = table.select("dataset", "origin", "label_noise").unique(maintain_order=True)
    assert noise.rows() == [
        ("animals", "animals", 0),
        ("animals_shuffled", "animals", 1),  # of a number of classes that only the data tell
        ("clouds", "clouds", 0),
        ("clouds_shuffled", "clouds", 0.75),
    ]
