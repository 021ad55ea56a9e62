rule data:
    """A dataset's arrays, from its source."""
    input:
        asked.origin,
    # The inputs lie next to it. It holds their checksums, so it alone says whether the dataset is another.
    output:
        EXAMPLES,
    log:
        "logs/datasets/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(name for name in study["datasets"] if name not in EXTRACTED),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        described=asked.entry,
        code=asked.reader,
    message:
        "Preparing the dataset {wildcards.dataset}"
    script:
        "../scripts/data.py"


rule extract:
    """A dataset's arrays, from the features of a network."""
    input:
        asked.origin,
    output:
        EXAMPLES,
    log:
        "logs/datasets/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(EXTRACTED) or "no dataset is extracted",
    conda:
        ENVIRONMENT
    threads: 1
    params:
        described=asked.entry,
        code=source.digest("extraction"),
    message:
        "Extracting the features of {wildcards.dataset}"
    script:
        "../scripts/extract.py"
