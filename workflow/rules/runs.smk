"""One run after the other in this folder, also after one that was killed."""

from learnorder.runs import Run, mistakes

if workflow.is_main_process and not workflow.output_settings.dryrun:
    run = Run(Path(".snakemake"))


onstart:
    with one_line():
        run.goes_on()


# The engine says much about a job that failed; what a person can do about it stands below that again.
onerror:
    print(*mistakes(map(Path, log)), sep="\n", file=sys.stderr)
