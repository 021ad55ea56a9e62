for figure in selection.FIGURES:

    rule:
        name:
            figure
        input:
            partial(drawn_from, figure),
        output:
            pictures=multiext(f"{FIGURES}/{figure}", ".pdf", ".png"),
            table=f"{FIGURES}/{figure}.csv",
        log:
            f"{LOGS}/figures/{figure}.log",
        localrule: True
        params:
            figure=figure,
            about=json.dumps(selection.about(study, figure)),
            architectures=list(dict.fromkeys(c.architecture for c in study.collections)),
            code=code("workflow/scripts/figure.py", f"figures.{figure}"),
        message:
            "Drawing {params.figure}"
        shell:
            "python workflow/scripts/figure.py --figure {params.figure} --tables {input}"
            " --about {params.about:q} --architectures {params.architectures} --pictures {output.pictures} --table {output.table} > {log} 2>&1"
