"""What Snakemake's report shows: figures under their claims, captions, pages."""

from learnorder.report import given

DRAWN = selection.drawn(study)


# Not below the workflow but made by it, so by its whole path.
report: Path(f"{REPORT}/overview.rst").absolute()


rule pages:
    """The report's captions and pages: claims and verdicts, run times, configuration, versions."""
    input:
        tables=expand(f"{FIGURES}/{{figure}}.csv", figure=DRAWN),
        claims=rules.claims.output.table,
        claims_page=rules.claims.output.page,
        numbers=rules.claims.output.metrics,
        networks=rules.summary.output.table,
    output:
        captions=expand(f"{REPORT}/{{figure}}.rst", figure=DRAWN),
        overview=f"{REPORT}/overview.rst",
        claims=report(f"{REPORT}/claims.html", category=sections.CLAIMS, labels={"table": "Claims and verdicts"}),
        times=report(f"{REPORT}/times.html", category=sections.RUN, labels={"page": "Run times"}),
        configuration=report(
            f"{REPORT}/configuration.html", category=sections.RUN, labels={"page": "Configuration"}
        ),
        versions=report(f"{REPORT}/versions.html", category=sections.RUN, labels={"page": "Versions"}),
    log:
        f"{LOGS}/report.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=study.name,
        figures=DRAWN,
        differences=study["differences"],
        logs=LOGS,
        shards=layout.every_shard(study),
        configuration=given.configuration(study),
        versions=dict(given.versions(workflow.basedir)),
        code=source.digest("report.captions", "report.overview", "report.run"),
    message:
        "Writing the pages of the report"
    script:
        "../scripts/report.py"


rule report:
    """All that the report shows; then make it: snakemake report --report results/<study>/report.html"""
    input:
        rules.figures.input,
        rules.pages.output,
    localrule: True
