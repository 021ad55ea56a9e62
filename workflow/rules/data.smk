rule data:
    output:
        examples=f"{DATASET}/examples.parquet",
        train=f"{DATASET}/train.npy",
        test=f"{DATASET}/test.npy",
    log:
        "logs/datasets/{dataset}.log",
    params:
        described=lambda wildcards: json.dumps(study["datasets"][wildcards.dataset]),
        code=code("workflow/scripts/data.py"),
    message:
        "Preparing the dataset {wildcards.dataset}"
    # Mirrors are no parameter: where a file came from does not change what it holds. The log is also shown,
    # since a download may take long.
    shell:
        "{PYTHON} workflow/scripts/data.py --name {wildcards.dataset} --described {params.described:q}"
        " --mirrors {study[data][mirrors]:q} --downloads results/downloads/{wildcards.dataset}"
        " --folder $(dirname {output.examples}) 2>&1 | tee {log}"
