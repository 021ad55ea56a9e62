CLAIMS = multiext(f"results/{study.name}/claims", ".csv", ".md", ".json")
LOOKED_AT = json.dumps(selection.looked_at(study))
DECIDED_FROM = partial(selection.claims_paths, study)
DECIDED_BY = partial(made_by, DECIDED_FROM, [LOOKED_AT, study["claims"], code("workflow/scripts/claims.py")])


FOLLOWS[CLAIMS[0]] = "claims", DECIDED_BY


rule claims:
    """Each claim's statistic and verdict."""
    input:
        partial(unless_it_stands, CLAIMS, partial(from_measures, DECIDED_FROM), DECIDED_BY),
    output:
        table=CLAIMS[0],
        page=CLAIMS[1],
        metrics=CLAIMS[2],
        made_by=standing.beside(CLAIMS[0]),
    log:
        f"{LOGS}/claims.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        settings=json.dumps(study["claims"] | selection.settings(study)),
        made_by=DECIDED_BY,
        arguments=lambda wildcards, input: [
            *["--tables", *input],
            *["--sources", *goes_back_to(DECIDED_FROM, wildcards)],
            *["--looked-at", LOOKED_AT],
        ],
    message:
        "Deciding the claims"
    shell:
        "python workflow/scripts/claims.py @{log}.arguments --study {params.study}"
        " --settings {params.settings:q} --made-by {params.made_by}"
        " --table {output.table} --page {output.page} --metrics {output.metrics} > {log} 2>&1"
