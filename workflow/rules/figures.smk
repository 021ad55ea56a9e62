rule same_order:
    input:
        measured("distribution", "epochs"),
    output:
        pictures=multiext(f"{FIGURES}/same_order", ".pdf", ".png"),
        table=f"{FIGURES}/same_order.csv",
    log:
        f"{LOGS}/figures/same_order.log",
    params:
        figure="same_order",
        code=code("workflow/scripts/figure.py", "figures.same_order"),
    message:
        "Drawing {params.figure}"
    shell:
        "python workflow/scripts/figure.py --figure {params.figure} --measures {input}"
        " --pictures {output.pictures} --table {output.table} > {log} 2>&1"


use rule same_order as bimodality with:
    input:
        measured("epochs"),
    output:
        pictures=multiext(f"{FIGURES}/bimodality", ".pdf", ".png"),
        table=f"{FIGURES}/bimodality.csv",
    log:
        f"{LOGS}/figures/bimodality.log",
    params:
        figure="bimodality",
        code=code("workflow/scripts/figure.py", "figures.bimodality"),
