"""The explorer: the page of a study made by hand, looked at in a real browser."""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from clones import run_script

from learnorder import outcomes, tables
from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.explorer import board as boards
from learnorder.explorer import page as pages
from learnorder.measures.diverged import survivors
from learnorder.measures.examples import examples
from learnorder.measures.pair import correlations

POINTS = [0.5, 1, 2, 4]
NETWORKS = 4
CLASSES = ["round", "square", "<b>odd</b>"]
SHAPES = {"train": 90, "test": 60}
MANY = {"train": 9000, "test": 3000}
TITLES = {"train": 20, "test": 10}


def split(n, inputs, **more):
    return Split(inputs, np.arange(n) % 3, np.array([f"file-{number}" for number in range(n)]), **more)


def images(sizes, channels, side, redrawn=False):
    random = np.random.default_rng(0)
    splits = {}
    for name, n in sizes.items():
        trained = np.where(np.arange(n) % 10 == 0, (np.arange(n) + 1) % 3, np.arange(n) % 3)
        pixels = random.integers(0, 256, (n, channels, side, side), np.uint8)
        more = {"trained_labels": trained} if redrawn and name == "train" else {}
        splits[name] = split(n, pixels, **more)
    return Dataset(splits, CLASSES)


def titles():
    vocabulary = ["<pad>", "<unknown>", "why", "<script>", "fails"]
    words = np.array([[2, 3, 4, 0]], np.uint16)
    return Dataset(
        {name: split(n, words.repeat(n, 0)) for name, n in TITLES.items()}, CLASSES, vocabulary=vocabulary
    )


def learned_at(n, spread):
    """The point from which on each network is right about each example; 4: never. networks × n."""
    example = np.arange(n)
    return np.array(
        [np.clip((example // spread) % 6 - 1 + (network + example) % 2, 0, 4) for network in range(NETWORKS)]
    )


def collection(folder, names, dataset, spread, splits=("train", "test"), diverged=None):
    """Outcome tables in two shards, and the examples' scores. What a wrong network says is the class after."""
    identity = {
        "dataset": {"name": names[0]},
        "architecture": {"name": names[1]},
        "recipe": {"name": names[2], "clock": "epochs", "evaluate_at": POINTS},
    }
    kept = {}
    for network in range(NETWORKS):
        kept[network] = {"seed": {}}
        for name in splits:
            labels = dataset.splits[name].labels
            right = learned_at(len(labels), spread)[network] <= np.arange(len(POINTS))[:, np.newaxis]
            kept[network]["seed"][name] = np.where(right, labels, (labels + 1) % len(CLASSES))
    path, paths = folder / "outcomes" / "/".join(names) / "0", []
    data = Dataset({name: dataset.splits[name] for name in splits}, CLASSES, checksum="0")
    for shard in ((0, 1), (2, 3)):
        paths.append(path / f"seeds-{shard[0]:03d}-{shard[1]:03d}.parquet")
        of_shard = {seed: kept[seed] for seed in shard}
        gone = {seed: epoch for seed, epoch in (diverged or {}).items() if seed in shard}
        about = {"identity": identity, "environment": {}, "diverged": gone}
        outcomes.write(paths[-1], dataset=data, kept=of_shard, **about)
    found = outcomes.scan(paths, identity)
    tables.write(folder / "measures" / "/".join(names), {"examples": examples(survivors(found))})
    return found


class Study:
    """A study's results on disk, and the page that the script makes of them."""

    def __init__(self, folder):
        self.folder = folder
        shapes, many = images(SHAPES, 1, 8, redrawn=True), images(MANY, 3, 8)
        for name, dataset in (("shapes", shapes), ("many", many), ("titles", titles())):
            canonical.write(folder / "datasets" / name, dataset)
        mlp = collection(folder, ("shapes", "mlp", "sgd"), shapes, 1)
        cnn = collection(folder, ("shapes", "cnn", "sgd"), shapes, 3)
        collection(folder, ("shapes", "mlp", "test_alone"), shapes, 2, splits=("test",))
        collection(folder, ("many", "mlp", "sgd"), many, 1)
        collection(folder, ("titles", "lstm", "sgd"), titles(), 1)
        collection(folder, ("elsewhere", "theirs", "sgd"), shapes, 1)
        pair = folder / "pairs" / "shapes" / "mlp" / "sgd" / "cnn" / "sgd"
        tables.write(pair, {"correlation": correlations(mlp, cnn, 0.95, 99)})
        self.page = self.make("explorer.html")

    def make(self, name):
        order = ["shapes/mlp/sgd", "shapes/cnn/sgd", "shapes/mlp/test_alone", "many", "titles", "elsewhere"]
        paths = [
            path for part in order for path in sorted(self.folder.glob(f"measures/{part}/**/examples.parquet"))
        ]
        paths += [*self.folder.glob("datasets/*/examples.parquet"), *self.folder.glob("pairs/**/*.parquet")]
        params = SimpleNamespace(
            study="by hand & <small>",
            tables=list(map(str, paths)),
            outcomes=list(map(str, sorted(self.folder.glob("outcomes/**/*.parquet")))),
            architectures={name: {} for name in ("mlp", "cnn", "lstm", "theirs")},
            confidence=0.9,
        )
        output = SimpleNamespace(page=str(self.folder / name), mark=str(self.folder / ".explorer.0"))
        log = self.folder / "explorer.log"
        assert run_script("explorer", log, params=params, output=output) == 0, log.read_text(encoding="utf-8")
        return self.folder / name

    def scores(self, names):
        table = pl.read_parquet(self.folder / "measures" / names / "examples.parquet")
        return table.with_columns(pl.col("split").cast(pl.String))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("results"))


def pick(page, control, value):
    page.select_option(f"#{control}", label=value)
    settle(page)


def settle(page):
    """Wait until what was asked for is drawn."""
    page.wait_for_selector('main[aria-busy="false"]')


def count(page):
    """How many examples the filter leaves."""
    words = page.text_content("#count")
    return int(re.search(r"of ([\d,]+) examples", words)[1].replace(",", "")) if "of" in words else 0


def fill(page, control, value):
    page.fill(f"#{control}", str(value))
    settle(page)


def accessibilities(page):
    return [float(words) for words in page.locator("#cards .number").all_text_contents()]


# ---- What is in the page, without a browser ----


def test_the_same_tables_give_the_same_bytes(study):
    assert study.make("again.html").read_bytes() == study.page.read_bytes()


def test_ten_thousand_examples_of_a_larger_dataset_are_sampled_evenly(study):
    inputs = tables.inputs(study.folder.glob("datasets/many/examples.parquet"))
    shards = outcomes.by_collection(sorted(study.folder.glob("outcomes/many/**/*.parquet")))
    names = ("many", "mlp", "sgd")
    (board,) = boards.boards({names: study.scores("many/mlp/sgd")}, shards, inputs)
    assert (board.total, len(board.keys)) == (12_000, 10_000)
    rows = board.keys.select(pl.col("example") + 9000 * (pl.col("split") == "test")).to_series()
    assert set(rows.diff().drop_nulls()) == {1, 2}
    # Each row has still its own picture and its own outcomes.
    chosen = board.keys.with_row_index().filter(pl.col("split") == "test").row(500, named=True)
    number, shown = chosen["example"], board.collections[0]
    right = learned_at(3000, 1)[:, number][:, np.newaxis] <= np.arange(4)
    assert shown.right[chosen["index"]].tolist() == right.sum(0).tolist()
    assert shown.scores["accessibility"][chosen["index"]] == pytest.approx(right.mean())
    assert chosen["source"] == f"file-{number}"
    wrong = NETWORKS - right.sum(0)
    assert shown.votes[chosen["index"], :, 0].tolist() == wrong.tolist()
    assert set(shown.others[chosen["index"], wrong > 0, 0]) <= {(chosen["label"] + 1) % 3}


def test_the_page_says_what_its_intervals_cover(study):
    about = json.loads(
        re.search(r'id="study">(.*?)</script>', study.page.read_text(encoding="utf-8"), re.DOTALL)[1]
    )
    assert about["confidence"] == 0.9
    assert "95%" not in study.page.read_text(encoding="utf-8").split('id="study"')[0]


def test_networks_that_diverged_are_left_out_and_counted(tmp_path):
    shapes, tables_of, shards = images(SHAPES, 1, 2), {}, {}
    for recipe, diverged in (("sgd", {1: 2.0}), ("fast", dict.fromkeys(range(NETWORKS), 0.5))):
        names = ("shapes", "mlp", recipe)
        collection(tmp_path, names, shapes, 3, diverged=diverged)
        tables_of[names] = pl.read_parquet(tmp_path / "measures" / "/".join(names) / "examples.parquet")
        shards[names] = sorted((tmp_path / "outcomes" / "/".join(names)).glob("*/*.parquet"))
    [board] = boards.boards(tables_of, shards, {})
    [shown] = board.collections
    assert (shown.names[2], shown.networks, shown.diverged) == ("sgd", NETWORKS - 1, 1)
    assert shown.right.max() == NETWORKS - 1
    said = boards.described(board, {"mlp": "red"})["collections"]
    assert [(one["networks"], one["diverged"]) for one in said] == [(NETWORKS - 1, 1)]


def test_a_page_keeps_its_size_by_showing_fewer_examples(study, monkeypatch):
    inputs = tables.inputs(sorted(study.folder.glob("datasets/*/examples.parquet")))
    shards = outcomes.by_collection(sorted(study.folder.glob("outcomes/**/*.parquet")))
    found = tables.read(sorted(study.folder.glob("measures/**/examples.parquet")))["examples"]
    every = list(boards.boards(found, shards, inputs))
    colours = dict.fromkeys(("mlp", "cnn", "lstm", "theirs"), (0, 0, 0))
    monkeypatch.setattr(pages, "LARGEST", 1_600_000)
    text = pages.page("tight", every, {}, colours, 0.9)
    assert 1_300_000 < len(text.encode()) < 1_650_000
    about = json.loads(re.search(r'id="study">(.*?)</script>', text)[1])["boards"]
    shown = {board["name"]: board["shown"] for board in about}
    assert shown["shapes"] == 150  # what is small is whole
    assert 100 < shown["many"] < 10_000


def test_a_page_of_ten_thousand_examples_is_at_most_20_megabytes(study):
    assert study.page.stat().st_size < 20_000_000


def test_it_names_nothing_outside_itself(study):
    named = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            named.extend(value for key, value in attributes if key in ("src", "href"))

    text = study.page.read_text(encoding="utf-8")
    Reader().feed(text)
    assert named == ["data:,", "#examples"]
    assert "by hand &amp; &lt;small&gt;" in text


# ---- In the browser ----


def test_it_opens_with_all_boards(study, opened):
    page = opened(study.page)
    assert page.locator("#board option").all_text_contents() == ["shapes", "many", "titles", "elsewhere of theirs"]
    assert page.locator("#first option").all_text_contents() == [
        "mlp · sgd (4)",
        "cnn · sgd (4)",
        "mlp · test_alone (4)",
    ]
    assert page.locator("#second").evaluate("select => select.selectedOptions[0].text") == "cnn · sgd (4)"
    assert count(page) == 150
    assert page.locator("#cards button").count() == 48
    assert "150 examples." in page.text_content("#about")
    words = r"with 90% interval: train 0\.\d\d \(0\.\d\d to 0\.\d\d\), noise ceiling 0\.\d\d; test"
    assert re.search(words, page.text_content("#correlation"))
    size = page.locator("#cards img").first.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size == [8, 8]


def test_a_sample_is_told(study, opened):
    page = opened(study.page)
    pick(page, "board", "many")
    assert (
        "10,000 of 12,000 examples, an evenly spaced sample; all are in scores/many.parquet"
        in page.text_content("#about")
    )
    assert count(page) == 10_000
    assert page.locator("#scatter-section").is_hidden()  # there is but one collection


def test_it_filters(study, opened):
    page = opened(study.page)
    mlp, cnn = study.scores("shapes/mlp/sgd"), study.scores("shapes/cnn/sgd")
    reset = page.get_by_role("button", name="Show all")

    def shows(expected):
        assert 0 < expected < 150
        assert count(page) == expected
        reset.click()
        settle(page)
        assert count(page) == 150

    pick(page, "split", "test")
    shows(60)
    pick(page, "class", "<b>odd</b>")
    shows(50)
    fill(page, "from", 0.25)
    fill(page, "to", 0.5)
    shows(mlp.filter(pl.col("accessibility").is_between(0.25, 0.5)).height)
    page.check("#never")
    settle(page)
    shows(mlp.filter(never_learned=1).height)
    page.check("#elsewhere")
    settle(page)
    last = pl.concat([pl.Series((learned_at(n, 1) > 3).mean(0)) for n in SHAPES.values()])
    shows((last > 0.5).sum())
    page.check("#redrawn")
    settle(page)
    shows(9)
    fill(page, "disagreement", 0.5)
    shows((mlp["accessibility"] - cnn["accessibility"]).abs().ge(0.5).sum())
    fill(page, "from", 0.3)
    fill(page, "to", 0.2)
    assert page.text_content("#count").startswith("No example is like that")
    assert page.locator("#cards button").count() == 0


def test_it_sorts_and_turns_pages(study, opened):
    page = opened(study.page)
    expected = study.scores("shapes/mlp/sgd")["accessibility"].sort().to_list()
    assert accessibilities(page) == pytest.approx(expected[:48], abs=0.006)
    page.click("#next")
    assert page.text_content("#count") == "49–96 of 150 examples"
    assert accessibilities(page) == pytest.approx(expected[48:96], abs=0.006)
    page.check("#reverse")
    settle(page)
    assert accessibilities(page) == pytest.approx(expected[::-1][:48], abs=0.006)
    page.uncheck("#reverse")
    pick(page, "sort", "first learned, hard first")
    assert accessibilities(page)[0] == 0  # what was never learned comes first
    pick(page, "sort", "disagreement, most first")
    page.locator("#cards button").first.click()
    settle(page)
    mlp, cnn = study.scores("shapes/mlp/sgd"), study.scores("shapes/cnn/sgd")
    most = (mlp["accessibility"] - cnn["accessibility"]).abs().max()
    shown = page.locator(".scores tbody tr").first.locator("td").all_text_contents()
    assert abs(float(shown[0]) - float(shown[1])) == pytest.approx(most, abs=0.011)


def test_a_chosen_example_tells_its_course_and_what_networks_predict(study, opened):
    page = opened(study.page)
    pick(page, "split", "test")
    pick(page, "sort", "number in the dataset")
    page.locator("#cards button").nth(7).click()
    settle(page)
    detail = page.locator("#detail")
    assert "test 7, source file-7" in detail.text_content()
    assert "Label: square" in detail.text_content()
    right = learned_at(60, 1)[:, 7][:, np.newaxis] <= np.arange(4)
    words = page.locator("#curve").get_attribute("aria-label")
    course = ", ".join(f"{share:.2f} at {point}" for share, point in zip(right.mean(0), POINTS, strict=True))
    assert f"TP-agreement of mlp · sgd: {course}" in words
    for place in (3, 1):
        slider = page.get_by_role("slider", name="Evaluation point of mlp · sgd")
        slider.fill(str(place))
        assert slider.get_attribute("aria-valuetext") == f"epoch {POINTS[place]:g}"
        rows = page.locator(".predictions").first.locator("tr").all_text_contents()
        share = round(100 * right.mean(0)[place])
        wrong = [f"<b>odd</b>{100 - share}%"] if share < 100 else []
        assert rows == [f"square (label){share}%", *wrong]
    pick(page, "split", "train")
    page.check("#redrawn")
    settle(page)
    page.locator("#cards button").first.click()
    settle(page)
    assert re.search("trained as (round|square|<b>odd</b>)", detail.text_content())


def test_hovering_in_the_scatter_shows_the_example_and_a_click_opens_it(study, opened):
    page = opened(study.page)
    box = page.locator("#scatter canvas").bounding_box()
    tip = page.locator("#tip")
    place = None
    for step in range(60, 300, 6):  # up the diagonal, until something is near
        place = (box["x"] + step, box["y"] + box["height"] - step)
        page.mouse.move(*place)
        if tip.is_visible():
            break
    assert tip.is_visible()
    words = tip.text_content()
    split, number = re.search(r"(train|test) (\d+)", words).groups()
    mlp, cnn = (
        study.scores(f"shapes/{name}/sgd").filter(split=split, example=int(number)).row(0, named=True)
        for name in ("mlp", "cnn")
    )
    assert words.startswith(CLASSES[mlp["label"]])
    assert f"mlp {mlp['accessibility']:.2f}" in words
    assert f"cnn {cnn['accessibility']:.2f}" in words
    assert tip.locator("img").evaluate("image => image.naturalWidth") == 8
    page.mouse.click(*place)
    settle(page)
    shown = page.locator(".scores tbody tr").first.locator("td").all_text_contents()
    assert shown == [f"{mlp['accessibility']:.2f}", f"{cnn['accessibility']:.2f}"]
    page.mouse.move(5, 5)
    assert tip.is_hidden()


def test_a_collection_without_a_split_shows_what_it_has(study, opened):
    page = opened(study.page)
    pick(page, "first", "mlp · test_alone (4)")
    assert count(page) == 60
    pick(page, "first", "mlp · sgd (4)")
    pick(page, "second", "mlp · test_alone (4)")
    assert count(page) == 150
    assert page.locator("#scatter canvas").is_visible()
    pick(page, "second", "no other")
    assert page.locator("#scatter-section").is_hidden()
    assert page.locator("#disagreement").is_disabled()


def test_texts_and_examples_without_inputs_are_listed_too(study, opened):
    page = opened(study.page)
    pick(page, "board", "titles")
    assert page.locator("#cards .text").first.text_content() == "why <script> fails"
    pick(page, "board", "elsewhere of theirs")
    assert "inputs of these examples are not here" in page.text_content("#about")
    assert page.locator("#cards button").count() == 48


def test_the_keyboard_is_enough(study, opened):
    page = opened(study.page)
    focused = "document.activeElement.id || document.activeElement.className"

    def tab_to(name, most=20):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == name:
                return
        raise AssertionError(f"no tab leads to {name}")

    tab_to("board")
    page.keyboard.press("ArrowDown")
    settle(page)
    assert count(page) == 10_000
    page.keyboard.press("ArrowUp")
    settle(page)
    tab_to("never")
    page.keyboard.press("Space")
    settle(page)
    never = count(page)
    assert 0 < never < 150
    page.keyboard.press("Space")
    settle(page)
    tab_to("scatter")
    tip = page.locator("#tip")
    seen = {tip.text_content()}
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        assert tip.is_visible()
        seen.add(tip.text_content())
    assert len(seen) > 2
    split, number = re.search(r"(train|test) (\d+)", tip.text_content()).groups()
    accessibility = study.scores("shapes/mlp/sgd").filter(split=split, example=int(number))["accessibility"][0]
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator(".scores td").first.text_content() == f"{accessibility:.2f}"
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    tab_to("next")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    row = page.evaluate("document.activeElement.dataset.row")
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator('#cards [aria-current="true"]').get_attribute("data-row") == row


def test_on_a_phone_the_example_comes_up_and_goes(study, opened):
    page = opened(study.page, width=390, height=844)
    assert page.locator("#detail").is_hidden()
    page.locator("#cards button").nth(4).click()
    settle(page)
    assert page.locator("#detail").is_visible()
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator("#detail").is_hidden()
    assert page.evaluate("document.activeElement.closest('#cards') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_passes_the_accessibility_check(study, opened, width, scheme):
    page = opened(study.page, width=width, height=844, scheme=scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", paper))) < 60) == (scheme == "dark")
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true; }")
    for name in ("shapes", "titles"):
        pick(page, "board", name)
        page.locator("#cards button").nth(2).click()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()


def test_it_follows_a_change_of_the_scheme_and_of_the_width(study, opened):
    page = opened(study.page)
    before = page.locator("#scatter canvas").bounding_box()["width"]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(f"document.querySelector('#scatter canvas')?.clientWidth < {before}")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
