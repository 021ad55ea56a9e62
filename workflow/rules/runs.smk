"""One run after the other in this folder, also after one that was killed."""

from collections import Counter

from learnorder import closing, standing
from learnorder.errors import UserError
from learnorder.runs import Run, mistakes, refusal, report_refusals
from snakemake.logging import get_event, logger
from snakemake_interface_logger_plugins.common import LogEvent

run = Run(Path(".snakemake"))
jobs = {}
"""Those of this run, by number."""
refused = Counter()
"""Jobs that SLURM refused, by its reason."""


def listen(record):
    """Begin the run when Snakemake reports that it starts; add to what it reports in the end."""
    if get_event(record) is LogEvent.WORKFLOW_STARTED and not workflow.output_settings.dryrun:
        run.begin()
    elif str(record.msg).startswith("Nothing to be done") and run.begun:
        record.msg = "\n".join([record.msg, *closing_lines()])
    elif getattr(record, "exception", None) == "MissingRuleException":
        record.msg = closing.unknown(str(record.msg), FIGURES, targets())
    elif get_event(record) is LogEvent.JOB_ERROR and (reason := refusal(record.rule_msg)):
        refused[reason] += 1
        record.refused = True
        # Was its last attempt: the next would be refused too.
        jobs[record.jobid].attempt = jobs[record.jobid].restart_times + 1
    return True


def targets():
    """What can be asked for by its name, and files that are made, but for those of wildcards."""
    known = [each for each in workflow.rules if not each.has_wildcards()]
    return [each.name for each in known] + [path for each in known for path in each.output]


def closing_lines():
    """What came out of the targets of this run."""
    asked = workflow.dag_settings.targets or ["all"]
    made = {job.rule.name: job.output or job.input for job in workflow.dag.targetjobs}
    table = Path(SUMMARY)
    if {"all", "summary"} & set(asked) and table.exists():
        yield from closing.collections(table)
    for name in asked:
        if name == "all":
            yield from closing.places(table.parent)
        elif name in made:
            yield closing.target(name, made[name])
    making = {path for job in workflow.dag.jobs for path in job.output}
    left = {path: follows for path, follows in FOLLOWS.items() if path not in making}
    yield from closing.outdated({path: name for path, (name, wanted) in left.items() if is_outdated(path, wanted)})


def is_outdated(path, wanted):
    """Whether a result is there that the study would now make another."""
    if not os.path.exists(path):
        return False
    try:
        return standing.table_fault(path, wanted({}), whole=False) is not None
    except UserError:  # a figure for which the study has nothing any more
        return False


if workflow.is_main_process:
    logger.addFilter(listen)


onstart:
    with one_line():
        run.goes_on()
    jobs.update((workflow.dag.jobid(job), job) for job in workflow.dag.needrun_jobs())
    for job in jobs.values():
        if lines := job.params.get("arguments"):
            path = Path(f"{job.log[0]}.arguments")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    # What progress takes the time left from.
    expected = {
        number: stages.training_seconds(study, *trained(job.wildcards))
        for number, job in jobs.items()
        if job.rule.name in stages.TRAINING
    }
    logger.info(f"{len(expected)} training jobs", extra={"training_seconds": expected})


onsuccess:
    logger.info("\n".join(closing_lines()), extra={"closing": True})


# Snakemake says much about a job that failed; what a person can do about it stands below that again.
onerror:
    if found := [*mistakes(map(Path, log)), *report_refusals(refused)]:
        logger.error("\n".join(found), extra={"closing": True})
