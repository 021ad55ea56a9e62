SUMMARY = f"results/{study.name}/networks.csv"
SUMMED_UP_FROM = partial(selection.every, study, "epochs")
SUMMED_UP_BY = partial(made_by, SUMMED_UP_FROM, code("workflow/scripts/summary.py"))


FOLLOWS[SUMMARY] = "summary", SUMMED_UP_BY


rule summary:
    """How the networks of each collection ended."""
    input:
        epochs=partial(unless_it_stands, [SUMMARY], partial(from_measures, SUMMED_UP_FROM), SUMMED_UP_BY),
    output:
        table=SUMMARY,
        made_by=standing.beside(SUMMARY),
    log:
        f"{LOGS}/summary.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        arguments=lambda wildcards, input: ["--epochs", *input.epochs, "--outcomes", *every_shard()],
        made_by=SUMMED_UP_BY,
    message:
        "Tabulating how the networks of each collection ended"
    shell:
        "python workflow/scripts/summary.py @{log}.arguments --made-by {params.made_by}"
        " --output {output.table} > {log} 2>&1"
