rule cost:
    """Hours and disk that the study will take, before anything is trained."""
    output:
        f"results/{study.name}/cost.csv",
    log:
        f"{LOGS}/cost.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["cost"],
        # The engine lists those of the command line first, and lets them have the last word.
        configfiles=sorted(workflow.configfiles, key=workflow.overwrite_configfiles.__contains__),
        collections=json.dumps(study["collections"]),
        code=code("workflow/scripts/cost.py"),
    message:
        "Estimating what the study will cost"
    # What it says is shown by progress.
    shell:
        "python workflow/scripts/cost.py --configfiles {params.configfiles:q}"
        " --schema workflow/schemas/configuration.schema.yaml --gpu-tera {params.gpu_tera}"
        " --core-giga {params.core_giga} --output {output} > {log} 2>&1"
