MEASURED = f"{MEASURES}/epochs.parquet"
MEASURED_BY = partial(measured_by, "workflow/scripts/measure.py", study["measures"], MEASURED)


rule measure:
    """Measures of one collection."""
    input:
        partial(unless_it_stands, [MEASURED], shards, MEASURED_BY),
    output:
        agreement=f"{MEASURES}/agreement.parquet",
        distribution=f"{MEASURES}/distribution.parquet",
        epochs=MEASURED,
        examples=f"{MEASURES}/examples.parquet",
        learned=f"{MEASURES}/learned.parquet",
        consistency=f"{MEASURES}/consistency.parquet",
        reliability=f"{MEASURES}/reliability.parquet",
        others=f"{MEASURES}/others.parquet",
        epochs_as_trained=f"{MEASURES}/epochs_as_trained.parquet",
        examples_as_trained=f"{MEASURES}/examples_as_trained.parquet",
        made_by=standing.beside(MEASURED),
    log:
        f"{LOGS}/measure/{COLLECTION}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["measures"],
        arguments=lambda wildcards, input: ["--outcomes", *input, "--identity", identity(wildcards)],
        made_by=MEASURED_BY,
    message:
        "Measuring {wildcards.architecture} on {wildcards.dataset} by {wildcards.recipe}"
    shell:
        "python workflow/scripts/measure.py @{log}.arguments --confidence {params.confidence}"
        " --permutations {params.permutations}"
        " --made-by {params.made_by} --folder $(dirname {output.agreement}) > {log} 2>&1"
