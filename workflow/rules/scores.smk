SCORED = list(dict.fromkeys(c.dataset for c in study.collections))
SCORES = [f"{RESULTS}/scores/{dataset}.{suffix}" for dataset in SCORED for suffix in ("parquet", "csv")]
SCORED_FROM = [path for dataset in SCORED for path in selection.scored_paths(study, dataset)]
SCORES_MARK = layout.mark(f"{RESULTS}/scores/all", SCORED_FROM, source.digest("measures.scores"))


rule scores:
    """Every score of every example, of all datasets."""
    input:
        needed(lambda wildcards: SCORED_FROM + asked.examples_of(SCORED), "scores", *SCORES, SCORES_MARK),
    output:
        SCORES,
        mark=SCORES_MARK,
    log:
        f"{LOGS}/scores.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        datasets=lambda wildcards, output: {
            dataset: [*selection.scored_paths(study, dataset), *asked.examples_of([dataset])]
            for dataset in SCORED
        },
    message:
        "Tabulating the scores of the examples"
    script:
        "../scripts/scores.py"
