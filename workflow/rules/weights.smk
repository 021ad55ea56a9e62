import re


rule weights:
    """A file of weights that networks start from, as timm or torchvision publishes it."""
    output:
        WEIGHTS,
    log:
        "logs/weights/{file}.log",
    wildcard_constraints:
        file="|".join(map(re.escape, study.published)) or "no weights are published",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        described=lambda wildcards: json.dumps(study.published[wildcards.file]),
    message:
        "Fetching the weights {wildcards.file}"
    shell:
        "python workflow/scripts/weights.py --described {params.described:q} --output {output} > {log} 2>&1"
