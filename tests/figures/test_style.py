"""What a study's `style` changes of its figures, and that it changes nothing else."""

import numpy as np
import polars as pl
import pytest
import seaborn as sns
from conftest import ROOT
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import learnorder
from learnorder import selection, tables
from learnorder.errors import UserError
from learnorder.figures import same_order, style
from learnorder.study import checked, configured
from learnorder.study.model import Study

TABLE = pl.DataFrame({"epoch": [0.0, 1.0, 2.0, 8.0], "value": [0.1, 0.5, 0.7, 0.9], "name": list("abab")})


def line(table):
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 2), layout="constrained")
    axes = figure.subplots()
    looks = style.looks(["a", "b"])
    for (name,), rows in table.group_by("name", maintain_order=True):
        axes.plot(rows["epoch"], rows["value"], **looks[name])
    axes.set(xlabel="epoch", title="words")
    figure.supylabel("value")
    axes.text(0.5, 0.5, "small", fontsize=style.SMALL)
    return figure


def drawn(**chosen):
    return style.drawn(line, TABLE, style=checked.style(chosen))


def sizes(figure):
    figure.canvas.draw()
    ticks = [text for axes in figure.axes for text in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    return {text.get_text(): text.get_fontsize() for text in (*ticks, *figure.findobj(Text)) if text.get_text()}


def lines(figure):
    return [each for axes in figure.findobj(Axes) for each in axes.get_lines()]


def test_nothing_chosen_is_the_figure_as_it_is(tmp_path):
    style.apply()
    for name, figure in (("plain", line(TABLE)), ("drawn", drawn())):
        style.save(figure, tmp_path / f"{name}.pdf")
    assert (tmp_path / "plain.pdf").read_bytes() == (tmp_path / "drawn.pdf").read_bytes()


def test_a_wider_figure_is_higher_in_proportion():
    assert drawn(width=13.5).get_size_inches() == pytest.approx((13.5, 4))


def test_all_text_grows_with_the_font():
    before, after = sizes(drawn()), sizes(drawn(font_size=12))
    assert {"words", "epoch", "value", "small", "0.2", "0.8"} <= set(before) & set(after)
    assert {text: after[text] / before[text] for text in before if text in after} == pytest.approx(
        dict.fromkeys(set(before) & set(after), 1.5)
    )


def look(name, *others):
    """Of an architecture, drawn with these others."""
    found = style.looks([*others, name])[name]
    return found["color"], found["marker"]


def test_an_architecture_has_one_look_in_every_study():
    catalogue = configured.looks(ROOT)
    assert len({tuple(entry.values()) for entry in catalogue.values()}) == len(catalogue) > 40
    assert {entry["marker"] for entry in catalogue.values()} <= set(style.OF_THE_CATALOGUE)
    seen = {}
    for path in sorted(ROOT.glob("config/*.yaml")):
        if "collections:" in path.read_text(encoding="utf-8"):
            study = configured.configured(path, clone=ROOT)
            style.apply(study.looks)
            for name, found in style.looks(study.looks).items():
                assert seen.setdefault(name, found) == found
                assert name not in catalogue or study.looks[name] == catalogue[name]
    assert len(seen) > 10


def test_the_look_of_other_architectures_follows_from_their_names_alone():
    style.apply()
    alone = {name: look(name) for name in ("theirs", "ours", "forest")}
    style.apply(configured.looks(ROOT))
    assert alone == {name: look(name, "mlp", "cnn", "another") for name in alone}


@pytest.mark.parametrize("number", [2, 20, 60, 90])
def test_two_architectures_never_have_the_same_look(number):
    style.apply({"mine": {"colour": "blue", "marker": "o"}, "linear": {"colour": "blue", "marker": "o"}})
    names = ["mine", "linear", *(f"network {index}" for index in range(number - 2))]
    looks = style.looks([*names, names[0]])
    assert list(looks) == names
    assert len({tuple(each.values()) for each in looks.values()}) == min(number, 84)
    assert look("linear") == (style.PALETTE[0], "o")
    assert {each["color"] for each in looks.values()} <= set(style.PALETTE)


def test_half_a_look_is_kept():
    style.apply({"mine": {"colour": "red"}, "yours": {"marker": "o"}})
    assert look("mine")[0] == style.PALETTE[style.COLOURS.index("red")]
    assert look("yours")[1] == "o"


def test_recipes_of_an_architecture_have_its_colour_and_a_marker_each():
    style.apply({"mlp": {"colour": "blue", "marker": "o"}, "cnn": {"colour": "blue", "marker": "s"}})
    names = [("digits", "mlp", f"recipe {number}") for number in range(9)] + [("digits", "cnn", "sgd")]
    called = {name: f"{name[1]}, {name[2]}" for name in names} | {("letters", "cnn", "sgd"): "cnn, sgd†"}
    looks = style.collections(called)
    assert len({each["marker"] for each in looks.values()}) == len(names)
    assert {each["color"] for each in looks.values()} == {style.PALETTE[0]}
    assert [looks[label]["marker"] for label in ("mlp, recipe 0", "cnn, sgd", "cnn, sgd†")] == ["o", "s", "s"]


def test_a_palette_renames_the_colours():
    looks = {"a": {"colour": "orange", "marker": "o"}, "b": {"colour": "green", "marker": "o"}}
    figure = style.drawn(line, TABLE, looks, checked.style({"palette": "Set2"}))
    colours = [np.array(each.get_color()) for each in lines(figure)]
    assert np.allclose(colours, sns.color_palette("Set2", 7)[1:3])
    with pytest.raises(UserError, match=r"style.palette is 'Set99'; allowed: learnorder, or a palette of seaborn"):
        drawn(palette="Set99")


def test_only_listed_epochs_are_drawn():
    assert sorted(x for each in lines(drawn(epochs=[1, 8])) for x in each.get_xdata()) == [1, 8]
    assert "no evaluation point" in " ".join(sizes(drawn(epochs=[3])))


def test_axes_of_epochs_are_logarithmic_where_that_is_asked():
    [axes] = drawn(log_epochs=True).axes
    assert axes.get_xscale() == "symlog"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1", "2", "8"]
    assert [axes.get_xscale() for axes in drawn().axes] == ["linear"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"width": 0}, "style.width is 0; allowed: number, at least 2, at most 40"),
        ({"fontsize": 9}, r"style.fontsize \(= 9\) is not a key; .*did you mean font_size"),
        ({"formats": ["eps"]}, r"style.formats\[0\] is 'eps'; allowed: string, one of pdf, png, svg"),
    ],
)
def test_what_is_not_allowed_is_told(wrong, words):
    with pytest.raises(UserError, match=words):
        checked.style(wrong)


def test_a_style_changes_the_table_of_those_figures_alone_that_hold_few_epochs(config):
    plain, chosen = Study(config), Study(config | {"style": {"epochs": [1], "width": 9}})
    had = {name for name in selection.FIGURES if selection.has(plain, name)}
    changed = {n for n in had if selection.figure_table(plain, n) != selection.figure_table(chosen, n)}
    assert changed == {"same_order", "synthetic", "text"} & had
    assert "same_order" in changed


def test_a_figure_at_few_epochs_has_those_that_are_listed():
    points = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]
    epochs = pl.DataFrame(
        {"split": "test", "epoch": points, "networks": 2, "examples": 3}
        | dict.fromkeys(("accuracy", "relative_bimodality"), 0.5)
        | {"at_chance": False}
    )
    shares = pl.DataFrame({"split": "test", "epoch": points, "right": 1, "share": 1.0})
    given = [{("digits", "mlp", "sgd"): frame} for frame in (shares, epochs)]
    assert same_order.table(*given)["epoch"].to_list() == [0.5, 2.0, 4.0, 16.0]
    assert same_order.table(*given, {"epochs": [1, 8, 9]})["epoch"].to_list() == [1.0, 8.0]


def test_a_notebook_draws_a_figure_from_its_table_in_one_line(tmp_path):
    rows = {"dataset": "digits", "architecture": "mlp", "recipe": "sgd", "split": "test", "epoch": [1.0, 2.0]}
    rows |= {"networks": 3, "examples": 9, "accuracy": [0.5, 0.7], "at_chance": False, "p_value": 0.01}
    rows |= {f"relative_bimodality{end}": [0.4, 0.5] for end in ("", "_low", "_high")}
    tables.write_csv(tmp_path / "bimodality.csv", pl.DataFrame(rows | {"null_low": 0.9, "null_high": 1.1}))
    figure = learnorder.draw(tmp_path / "bimodality.csv", width=13.5)
    assert figure.get_size_inches()[0] == pytest.approx(2 * style.COLUMN_WIDTH_IN)
    with pytest.raises(UserError, match=r"bimodal.csv is not there; .*did you mean bimodality"):
        learnorder.draw(tmp_path / "bimodal.csv")
