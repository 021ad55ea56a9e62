"""What the engine's report shows: figures under their claims, captions, pages."""

from learnorder.report import given


# Not below the workflow but made by it, so by its whole path.
report: Path(f"{REPORT}/overview.rst").absolute()


rule caption:
    """A figure's caption: what it shows, in the numbers of this run."""
    input:
        table=f"{FIGURES}/{{figure}}.csv",
        claims=rules.claims.output.table,
        numbers=rules.claims.output.metrics,
        networks=rules.summary.output.table,
    output:
        f"{REPORT}/{{figure}}.rst",
    log:
        f"{LOGS}/report/{{figure}}.log",
    wildcard_constraints:
        figure="|".join(selection.FIGURES),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        code=lambda wildcards: code("workflow/scripts/caption.py", f"figures.{wildcards.figure}"),
    message:
        "Writing the caption of {wildcards.figure}"
    shell:
        "python workflow/scripts/caption.py --figure {wildcards.figure} --table {input.table}"
        " --claims {input.claims} --numbers {input.numbers} --networks {input.networks} --output {output} > {log} 2>&1"


rule pages:
    """The report's pages: claims and verdicts, run times, configuration, versions."""
    input:
        claims=rules.claims.output.table,
        claims_page=rules.claims.output.page,
        numbers=rules.claims.output.metrics,
        summary=rules.summary.output.table,
    output:
        overview=f"{REPORT}/overview.rst",
        claims=report(f"{REPORT}/claims.html", category=sections.CLAIMS, labels={"table": "Claims and verdicts"}),
        times=report(f"{REPORT}/times.html", category=sections.RUN, labels={"page": "Run times"}),
        configuration=report(
            f"{REPORT}/configuration.html", category=sections.RUN, labels={"page": "Configuration"}
        ),
        versions=report(f"{REPORT}/versions.html", category=sections.RUN, labels={"page": "Versions"}),
    log:
        f"{LOGS}/report/pages.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        logs=LOGS,
        shards=every_shard(),
        configuration=lambda wildcards: json.dumps(given.configuration(study)),
        versions=lambda wildcards: json.dumps(given.versions(workflow.basedir)),
        arguments=lambda wildcards, input: [
            *["--shards", *every_shard()],
            *["--configuration", json.dumps(given.configuration(study))],
            *["--versions", json.dumps(given.versions(workflow.basedir))],
        ],
        code=code("workflow/scripts/report.py"),
    message:
        "Writing the pages of the report"
    shell:
        "python workflow/scripts/report.py @{log}.arguments --study {params.study} --claims {input.claims}"
        " --claims-page {input.claims_page} --numbers {input.numbers} --summary {input.summary}"
        " --logs {params.logs} --folder $(dirname {output.overview}) > {log} 2>&1"


rule report:
    """All that the report shows; then make it: snakemake report --report results/<study>/report.html"""
    input:
        rules.figures.input,
        rules.pages.output,
        expand(rules.caption.output, figure=selection.drawn(study)),
    localrule: True
