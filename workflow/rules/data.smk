rule data:
    """A dataset's arrays, from its source."""
    input:
        origin,
    # The inputs lie beside it. It holds their checksums, so it alone says whether the dataset is another.
    output:
        EXAMPLES,
    log:
        "logs/datasets/{dataset}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        described=lambda wildcards: json.dumps(study.entry("datasets", wildcards.dataset)),
        code=code("workflow/scripts/data.py"),
    message:
        "Preparing the dataset {wildcards.dataset}"
    # The log is followed by progress: a download may take long.
    shell:
        "python workflow/scripts/data.py --name {wildcards.dataset} --described {params.described:q}"
        " --datasets results/datasets --downloads results/downloads/{wildcards.dataset} > {log} 2>&1"
