from learnorder.report import sections

for figure in selection.FIGURES:
    table = f"{FIGURES}/{figure}.csv"
    about = json.dumps(selection.about(study, figure))
    drawn_by = code("workflow/scripts/figure.py", f"figures.{figure}")
    measures = partial(selection.paths, study, figure)
    tabulated_by = code("workflow/scripts/figure_table.py", f"figures.{figure}")
    wanted = partial(made_by, measures, [about, tabulated_by])
    FOLLOWS[table] = figure, wanted

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
            made_by=wanted,
            arguments=lambda wildcards, input, measures=measures, about=about: [
                *["--tables", *input],
                *["--sources", *goes_back_to(measures, wildcards)],
                *["--about", about],
            ],
        message:
            "Tabulating {params.figure}"
        shell:
            "python workflow/scripts/figure_table.py @{log}.arguments --figure {params.figure}"
            " --made-by {params.made_by} --table {output.table} > {log} 2>&1"

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
            architectures=architectures_in_order(),
            arguments=lambda wildcards, input: ["--architectures", *architectures_in_order()],
            code=drawn_by,
        message:
            "Drawing {params.figure}"
        shell:
            "python workflow/scripts/figure.py @{log}.arguments --figure {params.figure} --table {input}"
            " --pictures {output} > {log} 2>&1"

    workflow.get_rule(figure).docstring = sections.SENTENCES[figure]


rule svg:
    """A figure as SVG; request it by its path."""
    input:
        f"{FIGURES}/{{figure}}.csv",
    output:
        f"{FIGURES}/{{figure}}.svg",
    log:
        f"{LOGS}/figures/{{figure}}.svg.log",
    wildcard_constraints:
        figure="|".join(selection.FIGURES),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        arguments=lambda wildcards, input: ["--architectures", *architectures_in_order()],
        code=lambda wildcards: code("workflow/scripts/figure.py", f"figures.{wildcards.figure}"),
    message:
        "Drawing {wildcards.figure} as SVG"
    shell:
        "python workflow/scripts/figure.py @{log}.arguments --figure {wildcards.figure} --table {input}"
        " --pictures {output} > {log} 2>&1"


rule figures:
    """All figures for which the study has data."""
    input:
        expand(f"{FIGURES}/{{figure}}.{{suffix}}", figure=selection.drawn(study), suffix=["pdf", "png", "csv"]),
    localrule: True
