rule train:
    input:
        # Alone, since it holds the checksums of the arrays: a dataset made again to the same bytes is the same.
        examples=rules.data.output.examples,
    output:
        outcomes=OUTCOMES,
    log:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.log",
    benchmark:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.benchmark.tsv"
    threads: 1
    params:
        identity=identity,
    message:
        "Training networks {wildcards.first} to {wildcards.last} of {wildcards.architecture}"
        " on {wildcards.dataset} by {wildcards.recipe}"
    shell:
        "python workflow/scripts/train.py --data $(dirname {input.examples}) --identity {params.identity:q}"
        " --first {wildcards.first} --last {wildcards.last} --output {output.outcomes} > {log} 2>&1"
