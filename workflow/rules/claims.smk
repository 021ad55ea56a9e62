rule claims:
    input:
        [f"results/{path}" for path in selection.claims_paths(study)],
    output:
        table=f"results/{study.name}/claims.csv",
        page=f"results/{study.name}/claims.md",
    log:
        f"{LOGS}/claims.log",
    localrule: True
    params:
        study=study.name,
        looked_at=json.dumps(selection.looked_at(study)),
        settings=json.dumps(study["claims"]),
        code=code("workflow/scripts/claims.py"),
    message:
        "Deciding the claims"
    shell:
        "python workflow/scripts/claims.py --study {params.study} --tables {input}"
        " --looked-at {params.looked_at:q} --settings {params.settings:q}"
        " --table {output.table} --page {output.page} > {log} 2>&1"
