"""The paper's experiments and the numbers that it reports.

Hacohen, Choshen, Weinshall: Let's Agree to Agree: Neural Networks Share Classification Order on Real Datasets,
ICML 2020. Values and figure numbers are those of the summary of its claims that a co-author publishes. What is not
here is not known here.

Read when Snakemake plans: nothing here may import polars.
"""

from dataclasses import dataclass

GRID = "`snakemake --profile slurm --configfile config/paper.yaml`"


@dataclass(frozen=True)
class Experiment:
    """`figure` of the paper, `what` was done on how many `networks`, what it `reports`.

    `elsewhere`: the part of it that needs a cluster or data that cannot be downloaded; `how` to run that.
    """

    figure: str
    what: str
    networks: str
    reports: str
    elsewhere: str = ""
    how: str = GRID


EXPERIMENTS = {
    "E1": Experiment(
        "4", "ResNet-50 on ImageNet, epochs 1 to 100", "27", "TP-agreement bimodal at every epoch", "ImageNet"
    ),
    "E2": Experiment(
        "5",
        "MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100, Tiny ImageNet, VGGFace2, ImageNet, Stack Overflow",
        "20 to 100 each",
        "the same order in all",
        "Tiny ImageNet, VGGFace2, ImageNet, all of CIFAR-100",
    ),
    "E3": Experiment("App. D", "st-VGG on small mammals, one setting changed", "100 each", "bimodal in all"),
    "E4": Experiment(
        "9",
        "ResNet-50, AlexNet and DenseNet on ImageNet",
        "27, 22, 6",
        "accessibility correlates by 0.87 (AlexNet) and 0.97 (DenseNet); two ResNet-50 collections by 0.99",
        "ImageNet",
    ),
    "E5": Experiment(
        "9",
        "majority votes of the same at equal accuracy",
        "27, 22, 6",
        "few examples that only one has right; the stronger first learns what the weaker has right",
        "ImageNet",
    ),
    "E6": Experiment(
        "10",
        "linear st-VGG and st-VGG on small mammals",
        "100 each",
        "test accuracy 0.43 and 0.56; largest b over training 0.06 and 0.22",
    ),
    "E7": Experiment(
        "11",
        "Gabor patches of 12 classes, st-VGG",
        "100",
        "about normal, not bimodal; test partly bimodal again at convergence",
    ),
    "E8": Experiment("11", "two Gaussians in 3,072 dimensions", "100", "about normal, not bimodal"),
    "E9": Experiment(
        "11",
        "shuffled labels on small mammals, until memorised",
        "100",
        "smallest b 1.07 on train, 1.35 on test; test accuracy at chance",
    ),
    "E10": Experiment(
        "12",
        "AdaBoost of linear classifiers and st-VGG on CIFAR-10",
        "100",
        "accessibility correlates by 0.35 (pixels), 0.05 (features of Inception-V3)",
        "Inception-V3, st-VGG on CIFAR-10, fish, insects, cats and dogs",
    ),
    "E11": Experiment(
        "25", "Fashion-MNIST in 60 parts of 1,000", "100 each", "accessibility correlates almost perfectly"
    ),
    "E12": Experiment(
        "30", "order of classes, small mammals", "100", "at first, all networks know images of 2 of 5 classes only"
    ),
    "E13": Experiment(
        "31",
        "TP-agreement of single images, small mammals",
        "100",
        "few images that all know are forgotten by all",
    ),
    "E14": Experiment(
        "text",
        "the order as a curriculum",
        "",
        "no benefit",
        "curricula",
        "not built in yet",
    ),
    "E15": Experiment(
        "earlier versions", "unrelated and artificial images, without labels", "", "networks agree there too"
    ),
}

VALUES: dict[tuple[str, str], dict[tuple[str, str, str], float]] = {
    ("E6", "accuracy"): {
        ("small_mammals", "st_vgg", "test"): 0.56,
        ("small_mammals", "linear_st_vgg", "test"): 0.43,
    },
    ("E6", "largest b"): {
        ("small_mammals", "st_vgg", "test"): 0.22,
        ("small_mammals", "linear_st_vgg", "test"): 0.06,
    },
    ("E9", "smallest b"): {
        ("small_mammals_shuffled", "st_vgg_without_dropout", "train"): 1.07,
        ("small_mammals_shuffled", "st_vgg_without_dropout", "test"): 1.35,
    },
    ("E10", "correlation"): {
        ("cifar10", "adaboost_linear", "test"): 0.35,
        ("cifar10", "adaboost_on_features", "test"): 0.05,
        ("cifar10", "adaboost_on_cifar10_features", "test"): 0.05,
    },
}
"""By experiment and statistic, the paper's number of a dataset, architecture and split, by their names in the
catalogues. ASSUME: of b in E6 and of E10 the paper's split is not known; test is taken."""


def value(experiment: str, statistic: str, dataset: str, architecture: str, split: str) -> float | None:
    """A number of the paper, if it reports one."""
    return VALUES[experiment, statistic].get((dataset, architecture, split))
