"""Where a figure stands in the report: under the claim that it shows, or beyond the paper.

Read by the Snakefile, so nothing here may import polars.
"""

from learnorder.study import registry

# Snakemake's report sorts its sections as a dictionary would.
CLAIMS, BEYOND, RUN = "All claims", "Further: beyond the paper", "This run"
TITLES = {
    "C1": "C1: one order",
    "C2": "C2: across architectures",
    "C3": "C3: generated data",
    "C4": "C4: other learners",
    "C5": "C5: other recipes",
    "C6": "C6: other data, random labels",
}
SHOWN = {
    name: (registry.claims()[about["claim"]]["number"], about["claim"])
    for name, about in registry.figures().items()
    if "claim" in about
}
"""By figure, the claim that it shows: its number in the paper's order, its name."""


def section(figure: str) -> str:
    """Title of the section that a figure stands in."""
    return TITLES[SHOWN[figure][0]] if figure in SHOWN else BEYOND


def label(figure: str) -> str:
    """What a figure is called."""
    return figure.replace("_", " ").capitalize()
