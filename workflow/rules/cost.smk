rule cost:
    """Estimated hours and disk space of the study, before training."""
    output:
        f"{RESULTS}/cost.csv",
    log:
        f"{LOGS}/cost.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["cost"],
        configfiles=list(map(str, configfiles)),
        settings=list(settings),
        collections=study["collections"],
        code=source.digest("estimate"),
    message:
        "Estimating what the study will cost"
    # What it reports is shown by progress.
    script:
        "../scripts/cost.py"
