rule import_outcomes:
    """An outcome table of networks that were trained elsewhere."""
    input:
        needed(lambda wildcards: list(asked.files(wildcards).values()), "import_outcomes", OUTCOMES),
    output:
        OUTCOMES,
    log:
        f"{LOGS}/import/{COLLECTION}/{{name}}/seeds-{{first}}-{{last}}.log",
    wildcard_constraints:
        architecture="|".join(entry["architecture"] for entry in study["imported"]) or "nothing is imported",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        files=lambda wildcards, output: asked.files(wildcards),
        identity=lambda wildcards, output: asked.identity(wildcards),
    message:
        "Importing predictions made elsewhere by {wildcards.architecture} on {wildcards.dataset}"
    script:
        "../scripts/import_outcomes.py"
