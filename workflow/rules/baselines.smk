rule baselines:
    """Scores of a dataset's inputs, without any network."""
    input:
        EXAMPLES,
    output:
        "results/datasets/{dataset}/baselines.parquet",
    log:
        "logs/datasets/{dataset}.baselines.log",
    conda:
        ENVIRONMENT
    threads: 1
    params:
        code=code("workflow/scripts/baselines.py"),
    message:
        "Scoring the inputs of {wildcards.dataset}"
    shell:
        "python workflow/scripts/baselines.py --dataset $(dirname {output}) > {log} 2>&1"
