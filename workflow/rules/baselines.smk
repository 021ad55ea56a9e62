BASELINES = "results/datasets/{dataset}/{name}/baselines.parquet"


rule baselines:
    """Scores of a dataset's inputs, without any network."""
    input:
        needed(lambda wildcards: [layout.examples(wildcards.dataset)], "baselines", BASELINES),
    output:
        BASELINES,
    log:
        "logs/datasets/{dataset}.{name}.baselines.log",
    conda:
        ENVIRONMENT
    threads: 1
    message:
        "Scoring the inputs of {wildcards.dataset}"
    script:
        "../scripts/baselines.py"
