CLAIMS = multiext(f"results/{study.name}/claims", ".csv", ".md", ".json")
LOOKED_AT = json.dumps(selection.looked_at(study))
DECIDED_FROM = partial(selection.claims_paths, study)
DECIDED_BY = partial(made_by, DECIDED_FROM, [LOOKED_AT, study["claims"], code("workflow/scripts/claims.py")])


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
        looked_at=LOOKED_AT,
        settings=json.dumps(study["claims"] | selection.settings(study)),
        made_by=DECIDED_BY,
        sources=partial(goes_back_to, DECIDED_FROM),
    message:
        "Deciding the claims"
    shell:
        "python workflow/scripts/claims.py --study {params.study} --tables {input}"
        " --looked-at {params.looked_at:q} --settings {params.settings:q}"
        " --made-by {params.made_by} --sources {params.sources}"
        " --table {output.table} --page {output.page} --metrics {output.metrics} > {log} 2>&1"
