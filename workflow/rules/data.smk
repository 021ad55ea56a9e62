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
    # The log is also shown: a download may take long.
    shell:
        "python workflow/scripts/data.py --name {wildcards.dataset} --described {params.described:q}"
        " --downloads results/downloads/{wildcards.dataset}"
        " --folder $(dirname {output.examples}) 2>&1 | tee {log}"
