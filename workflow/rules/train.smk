rule train:
    """An outcome table: what some networks predict while they learn."""
    input:
        trained_on,
    # Not deleted before the job: what it already holds need not be trained.
    output:
        update(OUTCOMES),
    log:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.log",
    benchmark:
        f"{LOGS}/train/{COLLECTION}/seeds-{{first}}-{{last}}.benchmark.tsv"
    wildcard_constraints:
        architecture="|".join(study["architectures"]),
        recipe="|".join(recipes_on("cpu")) or "nothing is trained on a CPU",
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        device="cpu",
        mem_mb=train_megabytes,
        runtime=train_minutes,
    params:
        # By functions of the output, so that Snakemake keeps no record of them: the table has its identity itself.
        arguments=lambda wildcards, output: ["--identity", identity(wildcards)],
        checkpoint=lambda wildcards, output: CHECKPOINT.format(**wildcards),
        seeds=lambda wildcards, output: seeds_to_train(wildcards),
    message:
        "Training networks {params.seeds} of {wildcards.architecture}"
        " on {wildcards.dataset} by {wildcards.recipe}"
    # In the shell's place, so that whoever sends a signal to the job reaches the training.
    shell:
        "exec python workflow/scripts/train.py @{log}.arguments --datasets results/datasets"
        " --first {wildcards.first} --last {wildcards.last} --device {resources.device}"
        " --workers {threads}"
        " --checkpoint {params.checkpoint} --output {output} > {log} 2>&1"


use rule train as train_on_gpu with:
    """An outcome table, for a recipe that uses a GPU."""
    wildcard_constraints:
        architecture="|".join(study["architectures"]),
        recipe="|".join(recipes_on("gpu")) or "nothing is trained on a GPU",
    resources:
        device="cuda",
        gpu=1,
        mem_mb=train_megabytes,
        runtime=train_minutes,


rule outcomes:
    """Train all networks and learners, without measuring them."""
    input:
        every_shard(),
    localrule: True
