EXPLORER = f"results/{study.name}/explorer.html"
EXPLORED_FROM = partial(selection.explored_paths, study)
EXPLORED_BY = partial(
    made_by, EXPLORED_FROM, [study["measures"]["confidence"], code("workflow/scripts/explorer.py")]
)
FOLLOWS[EXPLORER] = "explorer", EXPLORED_BY


rule explorer:
    """A page to browse the examples on."""
    input:
        tables=from_measures(EXPLORED_FROM, {}),
        datasets=examples_of(dict.fromkeys(c.dataset for c in selection.explored(study)[0])),
        outcomes=[path for c in selection.explored(study)[0] for path in shards_of(c.path)],
    output:
        page=EXPLORER,
        made_by=standing.beside(EXPLORER),
    log:
        f"{LOGS}/explorer.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        confidence=study["measures"]["confidence"],
        made_by=EXPLORED_BY,
        arguments=lambda wildcards, input: [
            *["--tables", *input.tables, *input.datasets],
            *["--outcomes", *input.outcomes],
            *["--architectures", *architectures_in_order()],
        ],
        architectures=architectures_in_order(),
    message:
        "Writing the page to browse the examples on"
    shell:
        "python workflow/scripts/explorer.py @{log}.arguments --study {params.study}"
        " --confidence {params.confidence} --made-by {params.made_by} --output {output.page} > {log} 2>&1"
