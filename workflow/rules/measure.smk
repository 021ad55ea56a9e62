rule measure:
    """Measures of one collection."""
    input:
        shards,
    output:
        agreement=f"{MEASURES}/agreement.parquet",
        distribution=f"{MEASURES}/distribution.parquet",
        epochs=f"{MEASURES}/epochs.parquet",
        examples=f"{MEASURES}/examples.parquet",
        learned=f"{MEASURES}/learned.parquet",
        consistency=f"{MEASURES}/consistency.parquet",
        reliability=f"{MEASURES}/reliability.parquet",
        others=f"{MEASURES}/others.parquet",
        epochs_as_trained=f"{MEASURES}/epochs_as_trained.parquet",
        examples_as_trained=f"{MEASURES}/examples_as_trained.parquet",
    log:
        f"{LOGS}/measure/{COLLECTION}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["measures"],
        identity=identity,
        code=code("workflow/scripts/measure.py"),
    message:
        "Measuring {wildcards.architecture} on {wildcards.dataset} by {wildcards.recipe}"
    shell:
        "python workflow/scripts/measure.py --outcomes {input} --identity {params.identity:q}"
        " --confidence {params.confidence} --permutations {params.permutations}"
        " --folder $(dirname {output.agreement}) > {log} 2>&1"
