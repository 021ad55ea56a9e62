COMPARED = f"{PAIR}/correlation.parquet"
COMPARED_BY = partial(measured_by, "workflow/scripts/pair.py", study["measures"], COMPARED)


rule pair:
    """Measures of two collections on one dataset."""
    input:
        first=partial(unless_it_stands, [COMPARED], shards, COMPARED_BY),
        second=partial(unless_it_stands, [COMPARED], other_shards, COMPARED_BY),
    output:
        correlation=COMPARED,
        nested=f"{PAIR}/nested.parquet",
        only_stronger=f"{PAIR}/only_stronger.parquet",
        consistency_between=f"{PAIR}/consistency_between.parquet",
        made_by=standing.beside(COMPARED),
    log:
        f"{LOGS}/pair/{COLLECTION}/{{other_architecture}}/{{other_recipe}}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **study["measures"],
        arguments=lambda wildcards, input: [
            *["--first", *input.first],
            *["--second", *input.second],
            *["--identities", identities(wildcards)],
        ],
        made_by=COMPARED_BY,
    message:
        "Comparing {wildcards.architecture} by {wildcards.recipe} with {wildcards.other_architecture}"
        " by {wildcards.other_recipe} on {wildcards.dataset}"
    shell:
        "python workflow/scripts/pair.py @{log}.arguments --confidence {params.confidence}"
        " --permutations {params.permutations} --matched-within {params.matched_within} --made-by {params.made_by}"
        " --folder $(dirname {output.nested}) > {log} 2>&1"
