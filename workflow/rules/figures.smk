from learnorder.report import sections

for figure in selection.FIGURES:
    about = selection.about(study, figure)
    tables = list(selection.paths(study, figure)) if selection.has(study, figure) else []
    table = selection.figure_table(study, figure)
    path = f"{FIGURES}/{figure}"
    pictures = [f"{path}.pdf", f"{path}.png"]

    rule:
        name:
            figure
        input:
            needed(lambda wildcards, figure=figure: list(selection.paths(study, figure)), figure, table),
        # The table stays if it is there.
        output:
            table=update(table),
            pdf=pictures[0],
            png=report(
                pictures[1],
                caption=Path(f"{REPORT}/{figure}.rst").absolute(),
                category=sections.section(figure),
                labels={"figure": sections.label(figure)},
            ),
            csv=f"{path}.csv",
            mark=layout.mark(path, table, ARCHITECTURES),
        log:
            f"{LOGS}/figures/{figure}.log",
        localrule: True
        conda:
            ENVIRONMENT
        params:
            figure=figure,
            follows=Path(table).stem,
            tables=lambda wildcards, output, tables=tables: tables,
            about=lambda wildcards, output, about=about: about,
            architectures=lambda wildcards, output: ARCHITECTURES,
        message:
            "Drawing {params.figure}"
        script:
            "../scripts/figure.py"

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
        architectures=lambda wildcards, output: ARCHITECTURES,
    message:
        "Drawing {wildcards.figure} as SVG"
    script:
        "../scripts/svg.py"


rule figures:
    """All figures for which the study has data."""
    input:
        [getattr(rules, figure).output for figure in selection.drawn(study)],
    localrule: True
