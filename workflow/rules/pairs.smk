rule pair:
    """Measures of two collections on one dataset."""
    input:
        first=lambda wildcards: shards_of("{dataset}/{architecture}/{recipe}".format(**wildcards)),
        second=lambda wildcards: shards_of("{dataset}/{other_architecture}/{other_recipe}".format(**wildcards)),
    output:
        correlation=f"{PAIR}/correlation.parquet",
        nested=f"{PAIR}/nested.parquet",
        only_stronger=f"{PAIR}/only_stronger.parquet",
        consistency_between=f"{PAIR}/consistency_between.parquet",
    log:
        f"{LOGS}/pair/{COLLECTION}/{{other_architecture}}/{{other_recipe}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["measures"],
        identities=identities,
        code=code("workflow/scripts/pair.py"),
    message:
        "Comparing {wildcards.architecture} by {wildcards.recipe} with {wildcards.other_architecture}"
        " by {wildcards.other_recipe} on {wildcards.dataset}"
    shell:
        "python workflow/scripts/pair.py --first {input.first} --second {input.second}"
        " --identities {params.identities:q} --confidence {params.confidence}"
        " --permutations {params.permutations} --folder $(dirname {output.nested}) > {log} 2>&1"
