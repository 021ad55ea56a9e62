rule summary:
    input:
        epochs=measured("epochs"),
        outcomes=[path for collection in study.by_path for path in shards_of(collection)],
    output:
        f"results/{study.name}/networks.csv",
    log:
        f"{LOGS}/summary.log",
    localrule: True
    params:
        code=code("workflow/scripts/summary.py"),
    message:
        "Tabulating how the networks of each collection ended"
    # What it says is also shown: networks that came to nothing.
    shell:
        "python workflow/scripts/summary.py --epochs {input.epochs} --outcomes {input.outcomes}"
        " --output {output} 2>&1 | tee {log}"
