SUMMARY = f"results/{study.name}/networks.csv"
SUMMED_UP_FROM = partial(selection.every, study, "epochs")
SUMMED_UP_BY = partial(made_by, SUMMED_UP_FROM, code("workflow/scripts/summary.py"))


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
        outcomes=every_shard(),
        made_by=SUMMED_UP_BY,
    message:
        "Tabulating how the networks of each collection ended"
    # What it says is shown by progress: networks that came to nothing.
    shell:
        "python workflow/scripts/summary.py --epochs {input.epochs} --outcomes {params.outcomes}"
        " --made-by {params.made_by} --output {output.table} > {log} 2>&1"
