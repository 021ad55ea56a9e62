rule data:
    """A dataset's arrays, from its source."""
    input:
        origin,
    # The inputs lie beside it. It holds their checksums, so it alone says whether the dataset is another.
    output:
        EXAMPLES,
    log:
        "logs/datasets/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(name for name in study["datasets"] if name not in extracted()),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        described=described,
        arguments=lambda wildcards, input: ["--described", described(wildcards)],
        code=code("workflow/scripts/data.py"),
    message:
        "Preparing the dataset {wildcards.dataset}"
    # The log is followed by progress: a download may take long.
    shell:
        "python workflow/scripts/data.py @{log}.arguments --name {wildcards.dataset}"
        " --datasets results/datasets --downloads results/downloads/{wildcards.dataset} > {log} 2>&1"


rule extract:
    """A dataset's arrays, from the features of a network."""
    input:
        origin,
    output:
        EXAMPLES,
    log:
        "logs/datasets/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(extracted()) or "no dataset is extracted",
    conda:
        ENVIRONMENT
    threads: 1
    params:
        described=lambda wildcards: json.dumps(study.entry("datasets", wildcards.dataset)),
        code=code("workflow/scripts/extract.py"),
    message:
        "Extracting the features of {wildcards.dataset}"
    shell:
        "python workflow/scripts/extract.py --name {wildcards.dataset} --described {params.described:q}"
        " --datasets results/datasets > {log} 2>&1"
