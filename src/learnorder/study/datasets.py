"""An entry of the catalogue of datasets: a class for each reader."""

from typing import Annotated, Literal, Self

from pydantic import Field, Tag, model_validator

from learnorder.study.fields import (
    Addresses,
    Classes,
    Contents,
    Count,
    File,
    Fraction,
    Model,
    Name,
    NonNegative,
    Probability,
    Seed,
    Shape,
    Side,
    Splits,
    Text,
    by_type,
)


class Entry(Model):
    """What every dataset has."""

    reader: str
    """What turns the source into arrays."""
    description: str = None
    """What it is and where it comes from."""
    label_noise: Probability = 0
    """Share of the train labels that are redrawn from the other classes, seeded; the true ones are kept."""
    labels: Literal["shuffled"] = None
    """`shuffled` trains on the train labels in another, random order, seeded by `label_noise_seed`: labels that
    say nothing, as many of each class; the true ones are kept."""
    label_noise_seed: Seed = 0
    """Seed of what is drawn."""


class Measured(Entry):
    """Data whose number is known by those who have them."""

    examples: Splits = None
    """Number of examples of each split, where it is known beforehand; the data are checked against it."""


class Described(Measured):
    """Images of which all is known beforehand."""

    examples: Splits
    """Number of examples of each split; the data are checked against it."""
    shape: Shape
    """Channels, height and width of an image."""


class Folder(Entry):
    """Images that lie here, as their owner ships them."""

    path: Text
    """The file or folder as its owner ships it; relative to the working directory, `~` is the home folder."""
    size: Side
    """Height and width in pixels to which images are resized, once; the middle square is kept."""


class Digits(Described):
    """The digits of scikit-learn."""

    reader: Literal["digits"]
    classes: Classes
    """Names of the classes, in the order of the labels."""


class IdxFiles(Model):
    """The four files of MNIST's format."""

    train_images: File
    train_labels: File
    test_images: File
    test_labels: File


class Idx(Described):
    """MNIST and its kin."""

    reader: Literal["idx"]
    classes: Classes
    """Names of the classes, in the order of the labels."""
    addresses: Addresses = []
    """Official base URLs of its files, tried in this order after the mirrors."""
    contents: Contents = None
    """Checksums of the unpacked files, `sha256:…` or `md5:…`, by which an archive that was packed again, or its
    unpacked files, are known."""
    files: IdxFiles
    """The four files of MNIST's format."""


class ParquetFiles(Model):
    """A Parquet file of each split."""

    train: File
    test: File


class Cifar(Described):
    """CIFAR-10 and CIFAR-100."""

    reader: Literal["cifar"]
    addresses: Addresses = []
    """Official base URLs of its files, tried in this order after the mirrors."""
    archive: File
    """The "python version" archive of CIFAR-10 or CIFAR-100."""
    contents: Contents = None
    """Checksums of the unpacked files, `sha256:…` or `md5:…`, by which an archive that was packed again, or its
    unpacked files, are known."""
    parquet: ParquetFiles = None
    """Parquet files of the same images, read where the archive is not on a mirror. With a `superclass` they need
    not have the classes of others."""
    classes: Classes = None
    """Names of the classes, in the order of the labels."""
    superclasses: dict[str, Annotated[list[str], Field(min_length=1)]] = None
    """The classes of each superclass."""
    superclass: str = None
    """Name of the superclass whose classes alone are read."""


class TinyImageNet(Described):
    """Tiny ImageNet."""

    reader: Literal["tiny_imagenet"]
    addresses: Addresses = []
    """Official base URLs of its files, tried in this order after the mirrors."""
    archive: File
    """The archive of the Stanford course."""


class ImageNet(Folder, Measured):
    """ImageNet."""

    reader: Literal["imagenet"]


class VggFace2(Folder):
    """VGGFace2."""

    reader: Literal["vggface2"]
    identities: Annotated[
        Annotated[int, Field(ge=2), Tag("integer")] | Annotated[Classes, Tag("array")],
        by_type(integer=int, array=list),
    ]
    """Identities (`n000002`, …) that are the classes, or how many of the first."""
    test_share: Fraction = 0.2
    """Share of each identity's images that is the test split, seeded, since the owners' splits differ in
    identities."""
    seed: Seed = 0
    """Seed of what is drawn."""


class Indoor67(Folder, Measured):
    """Indoor scenes."""

    reader: Literal["indoor67"]
    path: Text
    """Folder with the owners' `indoorCVPR_09.tar`, or its folder `Images`, and their `TrainImages.txt` and
    `TestImages.txt`. No checksum of the archive is published, so that it is not downloaded."""


class ImageFolder(Folder):
    """Own images, a folder for each class."""

    reader: Literal["image_folder"]
    channels: Literal[1, 3] = 3
    """3 for colour, 1 for grey."""
    test_share: Fraction = 0.2
    """Share of each class that is the test split, seeded, where the folder has no folders `train` and `test`."""
    seed: Seed = 0
    """Seed of what is drawn."""


class ParquetImages(Measured):
    """Images as the Hugging Face hub ships them."""

    reader: Literal["parquet_images"]
    path: Text = None
    """Folder of Parquet files as the Hugging Face hub ships it, such as train-00000-of-00002.parquet; or one file.
    A path, or a name on a mirror."""
    train: Text = None
    """In place of `path`, the file of the train split; a path, or a name on a mirror."""
    test: Text = None
    """The file of the test split, beside `train`."""
    image_column: str = None
    """Column of the images, encoded or by their paths; without it `image` or `img`."""
    label_column: str = None
    """Column of the labels, integers or texts; without it `label`."""
    test_share: Fraction = None
    """Share of each class that is the test split, seeded, where there is none; without it 0.2."""
    seed: Seed = None
    """Seed of that draw; without it 0."""
    size: Side = None
    """Height and width in pixels; without it, all images must have one size."""
    channels: Literal[1, 3] = 3
    """3 for colour, 1 for grey."""
    classes: Classes = None
    """Names of the classes, in the order of the labels."""


class Words(Entry):
    """Texts, as the numbers of their words."""

    length: Annotated[int, Field(ge=2)] = 16
    """Number of words kept of each text; shorter ones are padded."""
    words: Annotated[int, Field(ge=10, le=65_000)] = 8000
    """Number of words of the vocabulary, the commonest of the train split."""
    seed: Seed = 0
    """Seed of what is drawn."""


class StackOverflow(Words, Measured):
    """Titles of questions."""

    reader: Literal["stackoverflow"]
    titles: File
    labels: File
    addresses: Addresses = []
    """Official base URLs of its files, tried in this order after the mirrors."""
    classes: Classes
    """Names of the classes, in the order of the labels."""


class Texts(Words, Measured):
    """Own texts, in a table."""

    reader: Literal["texts"]
    path: Text = None
    """Table of texts and labels, .csv, .tsv or .parquet; a path, or a name on a mirror."""
    train: Text = None
    """In place of `path`, the table of the train split."""
    test: Text = None
    """The table of the test split, next to `train`."""
    text_column: str = None
    """Column of the texts; without it `text`."""
    label_column: str = None
    """Column of the labels, texts or integers from 0; without it `label`."""
    classes: Classes = None
    """Names of the classes, in the order of the labels."""
    test_share: Fraction = None
    """Share of the texts of `path` that is the test split, where there are no `examples`; without it 0.2."""


class Docstrings(Words):
    """Docstrings of installed packages."""

    reader: Literal["docstrings"]
    packages: Classes
    """Installed (sub)packages, such as `scipy.stats`; each is a class."""
    test_share: Fraction = 0.3
    """Share of each class that is the test split, seeded."""


class Features(Measured):
    """Vectors of features."""

    reader: Literal["features"]
    train: Text
    """File of features, such as those of a network: `.npz` with `features` (n × d) and `labels`, or Parquet with
    `features` (lists) or a column per feature, and `label`. A path, or a name on a mirror."""
    test: Text
    """The same of the test split."""
    classes: Classes = None
    """Names of the classes, in the order of the labels."""


class Extracted(Entry):
    """Penultimate features of a network."""

    reader: Literal["extracted"]
    of: Name
    """Name of the dataset of images whose features they are."""
    architecture: Name
    """The network whose penultimate features are taken, from the catalogue of architectures."""
    recipe: Name = None
    """How it is trained before, as a network of a study; without it the network is as it starts, from random or
    pretrained weights."""
    size: Side = None
    """Height and width in pixels to which it sees images resized, such as 224 for pretrained weights."""
    seed: Seed = 0
    """Which network of its collection, or the seed of its random weights."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.recipe is not None and self.size is not None:
            raise ValueError(
                " has recipe and size; allowed: one of them, since a network that is trained here sees images as "
                "they are"
            )
        return self


class Generated(Entry):
    """Images that are drawn at random."""

    examples: Splits
    """Number of examples of each split."""
    seed: Seed = 0
    """Seed of what is drawn."""


class Gabor(Generated):
    """Gabor patches."""

    reader: Literal["gabor"]
    side: Side = 16
    """Height and width in pixels."""
    orientation_difference: Annotated[float, Field(gt=0, le=90)] = 40
    """Degrees from the orientation of one class to the next; the middle of all is 45°."""
    number_of_classes: Annotated[int, Field(ge=2, le=180)] = None
    """Number of classes, of as many orientations; without it 2."""
    random_phase: bool = True
    """Whether each patch has its own phase, or all have phase 0."""
    random_frequency: bool = True
    """Whether each patch has its own spatial frequency, or all have the middle one."""
    pixel_noise: NonNegative = 1
    """Deviation of the Gaussian noise on each pixel; the patch itself has amplitude 1."""


class Gaussian(Generated):
    """Gaussian clouds."""

    reader: Literal["gaussian"]
    shape: Shape = [1, 8, 8]
    """Channels, height and width; their product is the dimension."""
    number_of_classes: Annotated[int, Field(ge=2, le=1000)] = 2
    """Number of classes."""
    separation: NonNegative = 2
    """Distance of the class means from their common centre, in random directions, in deviations of a class."""
    means: Annotated[list[float], Field(min_length=2)] = None
    """In place of `separation`, the mean of each class, the same in every coordinate."""


class Noise(Generated):
    """Noise without any order."""

    reader: Literal["noise"]
    shape: Shape = [1, 28, 28]
    """Channels, height and width."""
    number_of_classes: Annotated[int, Field(ge=2, le=1000)] = 2
    """Number of classes."""


class Part(Model):
    """One of disjoint parts."""

    of: Annotated[int, Field(ge=2, le=10_000)]
    """Number of parts."""
    number: Count
    """Which of them."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.number > self.of:
            raise ValueError(f".number is {self.number}; allowed: 1 to {self.of}, the number of parts")
        return self


class Subset(Entry):
    """A part of another dataset."""

    reader: Literal["subset"]
    of: Name
    """Name of the dataset that it is a part of."""
    classes: Classes = None
    """Names of the classes that are kept, in this order."""
    superclass: str = None
    """Name of the superclass whose classes are kept."""
    examples: Splits = None
    """Number of examples that are kept of each split, in proportion to the classes, seeded."""
    parts: Annotated[int, Field(ge=2, le=10_000)] = None
    """Number of disjoint parts into which the train split is cut, seeded, each in proportion to the classes; the
    test split is whole in each. Where collections name this dataset, they are trained on each part."""
    part: Part = None
    """One of such parts, by its number, from 1."""
    seed: Seed = 0
    """Seed of what is drawn."""


READERS = (
    Digits,
    Idx,
    Cifar,
    TinyImageNet,
    ImageNet,
    VggFace2,
    Indoor67,
    ImageFolder,
    ParquetImages,
    StackOverflow,
    Texts,
    Docstrings,
    Features,
    Extracted,
    Gabor,
    Gaussian,
    Noise,
    Subset,
)
