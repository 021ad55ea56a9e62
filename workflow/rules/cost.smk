rule cost:
    """Estimated hours and disk space of the study, before training."""
    output:
        f"results/{study.name}/cost.csv",
    log:
        f"{LOGS}/cost.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["cost"],
        configfiles=[f"--configfile={path}" for path in configfiles],
        settings=[f"--config={setting}" for setting in settings],
        collections=json.dumps(study["collections"]),
        code=code("workflow/scripts/cost.py"),
    message:
        "Estimating what the study will cost"
    # What it says is shown by progress.
    shell:
        "python workflow/scripts/cost.py {params.configfiles:q} {params.settings:q} --gpu-tera {params.gpu_tera}"
        " --core-giga {params.core_giga} --output {output} > {log} 2>&1"
