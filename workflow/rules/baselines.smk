BASELINES = "results/datasets/{dataset}/baselines.parquet"
SCORED_BY = partial(measured_by, "workflow/scripts/baselines.py", {}, BASELINES)


rule baselines:
    """Scores of a dataset's inputs, without any network."""
    input:
        partial(unless_it_stands, [BASELINES], own_examples, SCORED_BY),
    output:
        table=BASELINES,
        made_by=standing.beside(BASELINES),
    log:
        "logs/datasets/{dataset}.baselines.log",
    conda:
        ENVIRONMENT
    threads: 1
    params:
        made_by=SCORED_BY,
    message:
        "Scoring the inputs of {wildcards.dataset}"
    shell:
        "python workflow/scripts/baselines.py --dataset $(dirname {output.table}) --made-by {params.made_by}"
        " > {log} 2>&1"
