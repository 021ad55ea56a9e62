"""Where a figure stands in the report: under the claim that it shows, or beyond the paper.

Read by the Snakefile, so nothing here may import polars.
"""

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
    "same_order": ("C1", "shared_order"),
    "bimodality": ("C1", "shared_order"),
    "learning_order": ("C1", "shared_order"),
    "text": ("C1", "shared_order"),
    "across_architectures": ("C2", "across_architectures"),
    "nested_learning": ("C2", "nested"),
    "synthetic": ("C3", "synthetic"),
    "paradigms": ("C4", "paradigms"),
    "robustness": ("C5", "robustness"),
    "out_of_distribution": ("C6", "out_of_distribution"),
    "random_labels": ("C6", "random_labels"),
}
"""By figure, the claim that it shows: its number in the paper's order, its name in `claims.CLAIMS`."""

SENTENCES = {
    "same_order": "Distribution of TP-agreement: do all networks learn the same examples first?",
    "bimodality": "Relative bimodality β at each accuracy: 0 is one shared order, 1 is none.",
    "learning_order": "Examples sorted by accessibility, and the share of networks that are right, over training.",
    "text": "TP-agreement and β on text datasets.",
    "across_architectures": "Correlation of accessibility between architectures.",
    "nested_learning": "How often a stronger architecture is right where a weaker one is right, or wrong.",
    "synthetic": "β on generated data, compared with real data.",
    "paradigms": "Other learners, such as boosting and forests, compared with networks.",
    "robustness": "Correlation of accessibility between recipes.",
    "out_of_distribution": "Agreement on images of other datasets.",
    "random_labels": "β when some or all train labels are wrong.",
    "seeds": "Effect of each random stream alone, and how many networks are enough.",
    "controls": "How much of the agreement classes, inputs and chance explain.",
    "gallery": "The easiest and hardest test examples of each class.",
    "difficulty": "Difficulty scores: how they correlate, and how well they find wrong labels.",
}
"""What each figure shows."""


def section(figure: str) -> str:
    """Title of the section that a figure stands in."""
    return TITLES[SHOWN[figure][0]] if figure in SHOWN else BEYOND


def label(figure: str) -> str:
    """What a figure is called."""
    return figure.replace("_", " ").capitalize()
