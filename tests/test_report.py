"""The engine's report of a study that was run, looked at in a real browser without a network."""

import json

import pytest
from conftest import Clone
from test_workflow import TINY

from learnorder.report import sections

PATH = "results/tiny/report.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A clone with the report of the tiny study, made by the two commands of `make report`."""
    clone = Clone(tmp_path_factory.mktemp("clone"), TINY)
    clone.run("report")
    clone.run("report", "--report", PATH)
    return clone


@pytest.fixture
def page(made, browser):
    """The report from disk, offline; the test fails if the page says an error or asks for anything elsewhere."""
    context, said = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True), []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url[:80]))
    page.goto((made.folder / PATH).as_uri())
    page.get_by_text(sections.CLAIMS).first.wait_for()
    yield page
    context.close()
    assert [line for line in said if not line.startswith(("data:", "blob:", "file:"))] == []


def test_the_verdicts_stand_first_in_the_numbers_of_this_run(made, page):
    numbers = json.loads((made.folder / "results/tiny/claims.json").read_text())["shared_order"]
    said = page.inner_text("body").replace("\N{NO-BREAK SPACE}", " ")
    assert f"{numbers['cannot_tell']} × cannot tell" in said
    assert f"{numbers['min']:.2f} to {numbers['max']:.2f}" in said
    titles = [sections.CLAIMS, sections.TITLES["C1"], sections.RUN]
    assert sorted(titles, key=said.index) == titles


@pytest.mark.parametrize("figure", TINY["figures"])
def test_a_figure_stands_under_its_claim_with_a_caption(page, figure):
    page.get_by_text(sections.section(figure)).first.click()
    page.get_by_text(sections.label(figure)).first.wait_for()


def test_captions_carry_the_numbers_of_this_run(made):
    caption = (made.folder / "results/tiny/report/same_order.rst").read_text()
    claims = json.loads((made.folder / "results/tiny/claims.json").read_text())
    assert f"{claims['shared_order']['cannot_tell']} × cannot tell" in caption.replace("\N{NO-BREAK SPACE}", " ")


def test_a_report_is_made_anew_when_the_configuration_is_another_and_nothing_is_trained(made):
    made.study["claims"] = {"significance": 0.02}
    _, jobs = made.run("report")
    assert "Deciding the" in jobs
    assert "Writing the" in jobs
    assert not [job for job in jobs if "Training" in job or "Measuring" in job]
