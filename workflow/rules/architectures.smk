rule architectures:
    """Parameters and multiply-adds of each architecture."""
    input:
        expand(
            EXAMPLES,
            dataset=dict.fromkeys(network["dataset"] for network in networks()),
        ),
    output:
        f"results/{study.name}/architectures.csv",
    log:
        f"{LOGS}/architectures.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        networks=json.dumps(networks()),
        arguments=lambda wildcards, input: ["--networks", json.dumps(networks())],
        code=code("workflow/scripts/architectures.py"),
    message:
        "Counting parameters and multiply-adds of each architecture"
    shell:
        "python workflow/scripts/architectures.py @{log}.arguments --datasets results/datasets"
        " --output {output} > {log} 2>&1"
