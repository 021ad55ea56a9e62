rule explorer:
    """The page on which the examples are browsed."""
    input:
        examples=measured("examples", collections=(explored := selection.explored(study))[0]),
        datasets=examples_of(dict.fromkeys(c.dataset for c in explored[0])),
        pairs=[f"results/{study.name}/pairs/{pair.path}/correlation.parquet" for pair in explored[1]],
        outcomes=[path for c in explored[0] for path in shards_of(c.path)],
    output:
        f"results/{study.name}/explorer.html",
    log:
        f"{LOGS}/explorer.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        confidence=study["measures"]["confidence"],
        collections=[c.path for c in explored[0]],
        architectures=list(dict.fromkeys(c.architecture for c in study.collections)),
        code=code("workflow/scripts/explorer.py"),
    message:
        "Making the page on which examples are browsed"
    shell:
        "python workflow/scripts/explorer.py --study {params.study}"
        " --tables {input.examples} {input.datasets} {input.pairs} --outcomes {input.outcomes}"
        " --architectures {params.architectures} --confidence {params.confidence} --output {output} > {log} 2>&1"
