rule scores:
    """Every score of every example, of all datasets."""
    input:
        expand(
            f"{SCORES}.{{suffix}}",
            dataset=dict.fromkeys(c.dataset for c in study.collections),
            suffix=["parquet", "csv"],
        ),


rule dataset_scores:
    """Every score of every example of one dataset."""
    input:
        scored_by,
    output:
        parquet=f"{SCORES}.parquet",
        csv=f"{SCORES}.csv",
    log:
        f"{LOGS}/scores/{{dataset}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        tables=scored_by,
        code=code("workflow/scripts/scores.py"),
    message:
        "Tabulating the scores of the examples of {wildcards.dataset}"
    shell:
        "python workflow/scripts/scores.py --tables {params.tables} --parquet {output.parquet} --csv {output.csv}"
        " > {log} 2>&1"
