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
    "same_order": "Networks are right on the same examples at the same time: the distribution of TP-agreement.",
    "bimodality": "How far that distribution is from chance, at each accuracy.",
    "learning_order": "Every example, from the first learned to the last, while networks learn.",
    "text": "The same order on texts.",
    "across_architectures": "Whether architectures order the examples alike.",
    "nested_learning": "Whether a stronger architecture knows what a weaker one knows.",
    "synthetic": "Generated data, where networks may not share an order.",
    "paradigms": "Learners other than networks, compared with networks.",
    "robustness": "The order with other recipes.",
    "out_of_distribution": "Agreement on data that networks were not trained for.",
    "random_labels": "The order where labels are wrong.",
    "seeds": "The effect of each source of randomness alone, and how many networks are enough.",
    "controls": "What classes, inputs and chance alone would give.",
    "gallery": "The easiest and the hardest examples.",
    "difficulty": "Scores of difficulty, and how well they find wrong labels.",
}
"""What each figure shows."""


def section(figure: str) -> str:
    """Title of the section that a figure stands in."""
    return TITLES[SHOWN[figure][0]] if figure in SHOWN else BEYOND


def label(figure: str) -> str:
    """What a figure is called."""
    return figure.replace("_", " ").capitalize()
