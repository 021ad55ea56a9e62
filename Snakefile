"""Train every dataset × architecture × recipe × seed, tabulate the outcomes, draw the figures."""


include: "workflow/rules/common.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/weights.smk"
include: "workflow/rules/baselines.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/import.smk"
include: "workflow/rules/architectures.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/pairs.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/summary.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/cost.smk"


rule all:
    """The whole study: trained, measured, drawn and decided."""
    default_target: True
    input:
        rules.architectures.output,
        rules.summary.output,
        rules.claims.output,
        rules.scores.output,
        rules.explorer.output,
        EPOCHS,
        rules.report.input,
    localrule: True
