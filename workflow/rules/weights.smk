import re


rule weights:
    """A file of weights that networks start from, as timm or torchvision publishes it."""
    output:
        layout.weights("{file}"),
    log:
        "logs/weights/{file}.log",
    wildcard_constraints:
        file="|".join(map(re.escape, study.published)) or "no weights are published",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        described=lambda wildcards: study.published[wildcards.file],
    message:
        "Fetching the weights {wildcards.file}"
    script:
        "../scripts/weights.py"
