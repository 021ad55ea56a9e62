from learnorder.report import sections
from learnorder.study import registry

STYLE = {"architectures": LOOKS, "style": study["style"]}
PAGES = source.digest("figures.pages")
# The report shows the PNG.
FORMATS = sorted({*study["style"]["formats"], "png"})

for figure in selection.FIGURES:
    about = selection.about(study, figure)
    tables = list(selection.paths(study, figure)) if selection.has(study, figure) else []
    table = selection.figure_table(study, figure)
    path = f"{FIGURES}/{figure}"

    rule:
        name:
            figure
        input:
            needed(lambda wildcards, figure=figure: list(selection.paths(study, figure)), figure, table),
        # The table stays if it is there.
        output:
            table=update(table),
            pictures=[f"{path}.{suffix}" for suffix in FORMATS if suffix != "png"],
            png=report(
                f"{path}.png",
                caption=Path(f"{REPORT}/{figure}.rst").absolute(),
                category=sections.section(figure),
                labels={"figure": sections.label(figure)},
            ),
            csv=f"{path}.csv",
            mark=layout.mark(path, table, STYLE, PAGES),
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
            style=lambda wildcards, output: STYLE,
        message:
            "Drawing {params.figure}"
        script:
            "../scripts/figure.py"

    workflow.get_rule(figure).docstring = registry.figures()[figure]["shows"]


rule picture:
    """A figure in another format, .pdf or .svg; request it by its path."""
    input:
        f"{FIGURES}/{{figure}}.csv",
    output:
        f"{FIGURES}/{{figure}}.{{suffix}}",
    log:
        f"{LOGS}/figures/{{figure}}.{{suffix}}.log",
    wildcard_constraints:
        figure="|".join(selection.FIGURES),
        suffix="|".join({"pdf", "svg"} - {*FORMATS}) or "every format is drawn",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        style=lambda wildcards, output: STYLE,
    message:
        "Drawing {wildcards.figure} as {wildcards.suffix}"
    script:
        "../scripts/picture.py"


rule figures:
    """All figures for which the study has data."""
    input:
        [getattr(rules, figure).output for figure in selection.drawn(study)],
    localrule: True
