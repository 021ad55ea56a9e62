rule architectures:
    """Parameters and multiply-adds of each architecture."""
    input:
        asked.examples_of(dict.fromkeys(network["dataset"] for network in asked.networks())),
    output:
        f"{RESULTS}/architectures.csv",
    log:
        f"{LOGS}/architectures.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        networks=lambda wildcards: asked.networks(),
        code=source.digest("networks.cost"),
    message:
        "Counting parameters and multiply-adds of each architecture"
    script:
        "../scripts/architectures.py"
