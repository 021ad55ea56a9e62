CLAIMS = f"results/{study.name}/claims.csv"
LOOKED_AT = json.dumps(selection.looked_at(study))
DECIDED_FROM = partial(selection.claims_paths, study)
DECIDED_BY = partial(made_by, DECIDED_FROM, [LOOKED_AT, study["claims"], code("workflow/scripts/claims.py")])


rule claims:
    input:
        partial(unless_it_stands, CLAIMS, "claims", DECIDED_FROM, DECIDED_BY),
    output:
        table=CLAIMS,
        page=f"results/{study.name}/claims.md",
        metrics=f"results/{study.name}/claims.json",
        made_by=standing.beside(CLAIMS),
    log:
        f"{LOGS}/claims.log",
    localrule: True
    params:
        study=study.name,
        looked_at=LOOKED_AT,
        settings=json.dumps(study["claims"]),
        made_by=DECIDED_BY,
    message:
        "Deciding the claims"
    shell:
        "python workflow/scripts/claims.py --study {params.study} --tables {input}"
        " --looked-at {params.looked_at:q} --settings {params.settings:q}"
        " --table {output.table} --page {output.page} --metrics {output.metrics} > {log} 2>&1"
        " && printf %s {params.made_by} > {output.made_by}"
