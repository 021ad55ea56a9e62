"""Training: an outcome table per shard of a collection."""


rule train:
    """An outcome table: what some networks predict while they learn."""
    input:
        needed(asked.trained_on, "train", OUTCOMES),
    # Not deleted before the job: what it already holds need not be trained.
    output:
        update(OUTCOMES),
    log:
        f"{LOGS}/train/{COLLECTION}/{{name}}/seeds-{{first}}-{{last}}.log",
    benchmark:
        f"{LOGS}/train/{COLLECTION}/{{name}}/seeds-{{first}}-{{last}}.benchmark.tsv"
    wildcard_constraints:
        architecture="|".join(study["architectures"]),
        recipe="|".join(asked.recipes_on("cpu")) or "nothing is trained on a CPU",
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        device="cpu",
        mem_mb=asked.megabytes,
        runtime=asked.minutes,
    params:
        # By functions of the output, so that Snakemake keeps no record of them: the path has a name of them itself.
        identity=as_json(asked.identity),
        checkpoint=lambda wildcards, output: asked.checkpoint(wildcards),
        seeds=lambda wildcards, output: asked.seeds(wildcards),
    message:
        "Training networks {params.seeds} of {wildcards.architecture}"
        " on {wildcards.dataset} by {wildcards.recipe}"
    # In the shell's place, so that whoever sends a signal to the job reaches the training.
    shell:
        "exec python workflow/scripts/train.py --identity {params.identity:q} --datasets results/datasets"
        " --first {wildcards.first} --last {wildcards.last} --device {resources.device}"
        " --workers {threads}"
        " --checkpoint {params.checkpoint} --output {output} > {log} 2>&1"


use rule train as train_on_gpu with:
    """An outcome table, for a recipe that uses a GPU."""
    input:
        needed(asked.trained_on, "train_on_gpu", OUTCOMES),
    wildcard_constraints:
        architecture="|".join(study["architectures"]),
        recipe="|".join(asked.recipes_on("gpu")) or "nothing is trained on a GPU",
    resources:
        device="cuda",
        gpu=1,
        mem_mb=asked.megabytes,
        runtime=asked.minutes,


rule outcomes:
    """Train all networks and learners, without measuring them."""
    input:
        layout.every_shard(study),
    localrule: True
