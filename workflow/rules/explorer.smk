EXPLORER = f"{RESULTS}/explorer.html"
EXPLORED = selection.explored(study)[0]
EXPLORED_TABLES = [
    *selection.explored_paths(study),
    *asked.examples_of(dict.fromkeys(c.dataset for c in EXPLORED)),
]
EXPLORED_SHARDS = [path for c in EXPLORED for path in layout.shards(study, c.path)]
EXPLORER_MARK = layout.mark(
    EXPLORER,
    EXPLORED_TABLES,
    study["measures"]["confidence"],
    LOOKS,
    source.digest("explorer.page", "explorer.board"),
)


rule explorer:
    """A page to browse the examples on."""
    input:
        needed(lambda wildcards: EXPLORED_TABLES + EXPLORED_SHARDS, "explorer", EXPLORER, EXPLORER_MARK),
    output:
        page=EXPLORER,
        mark=EXPLORER_MARK,
    log:
        f"{LOGS}/explorer.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        confidence=study["measures"]["confidence"],
        tables=lambda wildcards, output: EXPLORED_TABLES,
        outcomes=lambda wildcards, output: EXPLORED_SHARDS,
        architectures=lambda wildcards, output: LOOKS,
    message:
        "Making the page to browse the examples on"
    script:
        "../scripts/explorer.py"
