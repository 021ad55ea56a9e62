rule import_outcomes:
    """An outcome table of networks that were trained elsewhere."""
    input:
        unpack(files),
    output:
        OUTCOMES,
    log:
        f"{LOGS}/import/{COLLECTION}/seeds-{{first}}-{{last}}.log",
    wildcard_constraints:
        architecture="|".join(imported("architecture")) or "nothing is imported",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        identity=identity,
        files=lambda wildcards: [f"--{holds}={path}" for holds, path in files(wildcards).items()],
        code=code("workflow/scripts/import_outcomes.py"),
    message:
        "Importing predictions made elsewhere by {wildcards.architecture} on {wildcards.dataset}"
    shell:
        "python workflow/scripts/import_outcomes.py {params.files:q} --identity {params.identity:q}"
        " --output {output} > {log} 2>&1"
