DECIDED = selection.claims_table(study)
CLAIMS = f"{RESULTS}/claims"


rule claims:
    """Each claim's statistic and verdict."""
    input:
        needed(lambda wildcards: selection.claims_paths(study), "claims", DECIDED),
    output:
        decided=update(DECIDED),
        table=f"{CLAIMS}.csv",
        page=f"{CLAIMS}.md",
        metrics=f"{CLAIMS}.json",
        mark=layout.mark(CLAIMS, DECIDED, source.digest("claims.page"), study["differences"]),
    log:
        f"{LOGS}/claims.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        differences=lambda wildcards, output: study["differences"],
        tables=lambda wildcards, output: selection.claims_paths(study),
        looked_at=lambda wildcards, output: selection.looked_at(study),
        settings=lambda wildcards, output: selection.thresholds(study),
    message:
        "Deciding the claims"
    script:
        "../scripts/claims.py"
