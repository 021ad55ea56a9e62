"""One run after the other in this folder, also after one that was killed."""

from learnorder.runs import Run, mistakes
from snakemake.logging import get_event, logger
from snakemake_interface_logger_plugins.common import LogEvent

run = Run(Path(".snakemake"))


def begin(record):
    """Begin the run when Snakemake reports that it starts: before it locks files, and never for a --list."""
    if get_event(record) is LogEvent.WORKFLOW_STARTED:
        run.begin()
    return True


if workflow.is_main_process and not workflow.output_settings.dryrun:
    logger.addFilter(begin)


onstart:
    with one_line():
        run.goes_on()
    # What progress takes the time left from.
    training = [job for job in workflow.dag.needrun_jobs() if job.rule.name in stages.TRAINING]
    expected = {
        workflow.dag.jobid(job): stages.training_seconds(study, *trained(job.wildcards)) for job in training
    }
    logger.info(f"{len(training)} training jobs", extra={"training_seconds": expected})


# The engine says much about a job that failed; what a person can do about it stands below that again.
onerror:
    print(*mistakes(map(Path, log)), sep="\n", file=sys.stderr)
