COMPARED = [
    f"{RESULTS}/pairs/{COLLECTION}/{{other_architecture}}/{{other_recipe}}/{{name}}/{table}.parquet"
    for table in ("correlation", "nested", "only_stronger", "majority", "consistency_between")
]


rule pair:
    """Measures of two collections on one dataset."""
    input:
        needed(lambda wildcards: sum(asked.both_shards(wildcards), []), "pair", *COMPARED),
    output:
        COMPARED,
    log:
        f"{LOGS}/pair/{COLLECTION}/{{other_architecture}}/{{other_recipe}}/{{name}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        outcomes=lambda wildcards, output: asked.both_shards(wildcards),
        identities=lambda wildcards, output: asked.both_identities(wildcards),
        settings=lambda wildcards, output: study["measures"],
    message:
        "Comparing {wildcards.architecture} by {wildcards.recipe} with {wildcards.other_architecture}"
        " by {wildcards.other_recipe} on {wildcards.dataset}"
    script:
        "../scripts/pair.py"
