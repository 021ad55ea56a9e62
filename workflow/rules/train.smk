rule train:
    input:
        examples=EXAMPLES,
        also_predict=also_predicted,
    output:
        OUTCOMES,
    log:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.log",
    benchmark:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.benchmark.tsv"
    wildcard_constraints:
        architecture="|".join(study["architectures"]),
    threads: 1
    resources:
        device=device,
    params:
        identity=identity,
        checkpoint=lambda wildcards: CHECKPOINT.format(**wildcards),
    message:
        "Training networks {wildcards.first} to {wildcards.last} of {wildcards.architecture}"
        " on {wildcards.dataset} by {wildcards.recipe}"
    shell:
        "python workflow/scripts/train.py --datasets results/datasets --identity {params.identity:q}"
        " --first {wildcards.first} --last {wildcards.last} --device {resources.device}"
        " --workers {threads}"
        " --checkpoint {params.checkpoint} --output {output} > {log} 2>&1"
