EPOCHS = list(selection.every(study, "epochs"))
SUMMED_UP = selection.networks_table(study)
SUMMARY = f"{RESULTS}/networks.csv"


rule summary:
    """How the networks of each collection ended."""
    input:
        needed(lambda wildcards: [*EPOCHS, *layout.every_shard(study)], "summary", SUMMED_UP),
    output:
        summed_up=update(SUMMED_UP),
        table=SUMMARY,
        mark=layout.mark(SUMMARY, SUMMED_UP),
    log:
        f"{LOGS}/summary.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        epochs=lambda wildcards, output: EPOCHS,
        outcomes=lambda wildcards, output: layout.every_shard(study),
    message:
        "Tabulating how the networks of each collection ended"
    script:
        "../scripts/summary.py"
