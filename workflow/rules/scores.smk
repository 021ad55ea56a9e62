SCORED = dict.fromkeys(c.dataset for c in study.collections)


for dataset in SCORED:
    FOLLOWS[f"{SCORES}.parquet".format(dataset=dataset)] = "scores", scores_by(dataset)


rule scores:
    """Every score of every example, of all datasets."""
    input:
        expand(
            f"{SCORES}.{{suffix}}",
            dataset=SCORED,
            suffix=["parquet", "csv"],
        ),


rule dataset_scores:
    """Every score of every example of one dataset."""
    input:
        lambda wildcards: from_measures(scores_from(wildcards.dataset), wildcards),
        lambda wildcards: examples_of([wildcards.dataset]),
    output:
        parquet=f"{SCORES}.parquet",
        csv=f"{SCORES}.csv",
        made_by=standing.beside(f"{SCORES}.parquet"),
    log:
        f"{LOGS}/scores/{{dataset}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        made_by=lambda wildcards: scores_by(wildcards.dataset)(wildcards),
        arguments=lambda wildcards, input: ["--tables", *input],
    message:
        "Tabulating the scores of the examples of {wildcards.dataset}"
    shell:
        "python workflow/scripts/scores.py @{log}.arguments --parquet {output.parquet} --csv {output.csv}"
        " --made-by {params.made_by} > {log} 2>&1"
