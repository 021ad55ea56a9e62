"""Where a figure stands in the report: under the claim that it shows, or beyond the paper.

Read by the Snakefile, so nothing here may import polars.
"""

from learnorder.study import registry

# Snakemake's report sorts its sections as a dictionary would.
CLAIMS, BEYOND, RUN = "All claims", "Further: beyond the paper", "This run"
TITLES = {
    "E2": "E02: one order",
    "E3": "E03: other settings",
    "E4": "E04: across architectures",
    "E5": "E05: who learns what first",
    "E6": "E06: linear networks",
    "E7": "E07: generated data",
    "E9": "E09: wrong labels",
    "E10": "E10: other learners",
    "E11": "E11: disjoint parts",
    "E12": "E12: order of classes",
    "E13": "E13: forgetting",
    "E15": "E15: other images",
}
"""By the paper's experiment."""
SHOWN = {name: about["claims"] for name, about in registry.figures().items() if "claims" in about}
"""By figure, the names of the claims that it shows; it stands under the first."""


def section(figure: str) -> str:
    """Title of the section that a figure stands in."""
    return TITLES[registry.claims()[SHOWN[figure][0]]["number"]] if figure in SHOWN else BEYOND


def label(figure: str) -> str:
    """What a figure is called."""
    return figure.replace("_", " ").capitalize()
