rule measure:
    input:
        shards,
    output:
        [f"{MEASURES}/{table}.parquet" for table in ("agreement", "distribution", "epochs", "examples")],
    log:
        f"{LOGS}/measure/{COLLECTION}.log",
    params:
        **study["measures"],
        identity=identity,
        code=code("workflow/scripts/measure.py"),
    message:
        "Measuring {wildcards.architecture} on {wildcards.dataset} by {wildcards.recipe}"
    shell:
        "{PYTHON} workflow/scripts/measure.py --outcomes {input} --identity {params.identity:q}"
        " --confidence {params.confidence} --permutations {params.permutations}"
        " --folder $(dirname {output[0]}) > {log} 2>&1"
