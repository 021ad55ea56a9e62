TABLES = (
    *("agreement", "distribution", "epochs", "examples", "learned", "consistency", "reliability", "others"),
    *("classes", "class_order", "forgotten"),
    *("epochs_as_trained", "examples_as_trained"),
)
MEASURES = [f"{RESULTS}/measures/{COLLECTION}/{{name}}/{table}.parquet" for table in TABLES]


rule measure:
    """Measures of one collection."""
    input:
        needed(asked.shards, "measure", *MEASURES),
    output:
        MEASURES,
    log:
        f"{LOGS}/measure/{COLLECTION}/{{name}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        outcomes=lambda wildcards, output: asked.shards(wildcards),
        identity=lambda wildcards, output: asked.identity(wildcards),
        settings=lambda wildcards, output: study["measures"],
    message:
        "Measuring {wildcards.architecture} on {wildcards.dataset} by {wildcards.recipe}"
    script:
        "../scripts/measure.py"
