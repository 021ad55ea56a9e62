"""One run after the other in this folder, also after one that was killed."""

from learnorder.runs import Run

if workflow.is_main_process and not workflow.output_settings.dryrun:
    run = Run(Path(".snakemake"))


onstart:
    with one_line():
        run.goes_on()
