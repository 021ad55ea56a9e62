from learnorder.report import sections

for figure in selection.FIGURES:
    table = f"{FIGURES}/{figure}.csv"
    about = json.dumps(selection.about(study, figure))
    drawn_by = code("workflow/scripts/figure.py", f"figures.{figure}")
    measures = partial(selection.paths, study, figure)
    tabulated_by = code("workflow/scripts/figure_table.py", f"figures.{figure}")
    wanted = partial(made_by, measures, [about, tabulated_by])

    rule:
        """The table that a figure draws."""
        name:
            f"tabulate_{figure}"
        input:
            partial(unless_it_stands, [table], partial(from_measures, measures), wanted),
        output:
            table=table,
            made_by=standing.beside(table),
        log:
            f"{LOGS}/figures/{figure}.table.log",
        localrule: True
        conda:
            ENVIRONMENT
        params:
            figure=figure,
            about=about,
            made_by=wanted,
            sources=partial(goes_back_to, measures),
        message:
            "Tabulating {params.figure}"
        shell:
            "python workflow/scripts/figure_table.py --figure {params.figure} --tables {input}"
            " --about {params.about:q} --made-by {params.made_by} --sources {params.sources}"
            " --table {output.table} > {log} 2>&1"

    rule:
        name:
            figure
        input:
            table,
        output:
            f"{FIGURES}/{figure}.pdf",
            report(
                f"{FIGURES}/{figure}.png",
                caption=Path(f"{REPORT}/{figure}.rst").absolute(),
                category=sections.section(figure),
                labels={"figure": sections.label(figure)},
            ),
        log:
            f"{LOGS}/figures/{figure}.log",
        localrule: True
        conda:
            ENVIRONMENT
        params:
            figure=figure,
            architectures=list(dict.fromkeys(c.architecture for c in study.collections)),
            code=drawn_by,
        message:
            "Drawing {params.figure}"
        shell:
            "python workflow/scripts/figure.py --figure {params.figure} --table {input}"
            " --architectures {params.architectures} --pictures {output} > {log} 2>&1"

    workflow.get_rule(figure).docstring = sections.SENTENCES[figure]


rule figures:
    """All figures that the study has something for."""
    input:
        expand(f"{FIGURES}/{{figure}}.{{suffix}}", figure=selection.drawn(study), suffix=["pdf", "png", "csv"]),
    localrule: True
