"""One run after the other in this folder, also after one that was killed."""

from collections import Counter

from learnorder import closing
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
        # Was its last attempt: the next would be refused too. Snakemake has no public way to say so.
        jobs[record.jobid].attempt = jobs[record.jobid].restart_times + 1
    elif get_event(record) is LogEvent.JOB_INFO and record.rule_name in stages.TRAINING:
        record.training_seconds = asked.training_seconds(record.wildcards)
    return True


def targets():
    """What can be asked for by its name, and files that are made, but for those of wildcards."""
    known = [each for each in workflow.rules if not each.has_wildcards()]
    return [each.name for each in known] + [path for each in known for path in each.output]


def closing_lines():
    """What came out of the targets of this run."""
    named = {each.name: each for each in workflow.rules if not each.has_wildcards()}
    wanted = [target for target in sys.argv[1:] if target in named] or ["all"]
    table = Path(SUMMARY)
    if {"all", "summary"} & set(wanted) and table.exists():
        yield from closing.collections(table)
    for name in wanted:
        if name == "all":
            yield from closing.places(table.parent)
        else:
            yield closing.target(name, named[name].output or named[name].input)
    yield from closing.outdated(dict(outdated(named.values())))


def outdated(known):
    """Results with a fixed name that follow from something else than the study's configuration and code now."""
    for each in known:
        mark = dict(each.output.items()).get("mark")
        if mark and not os.path.exists(mark):
            paths = (path for path in each.output if "/tables/" not in path and os.path.exists(path))
            yield from ((path, each.name) for path in paths)


if workflow.is_main_process:
    logger.addFilter(listen)


onstart:
    with one_line():
        run.goes_on()
    jobs.update((workflow.dag.jobid(job), job) for job in workflow.dag.needrun_jobs())
    # What progress takes the time left from.
    expected = asked.expected_seconds()
    logger.info(f"a training job: about {stages.duration(expected)}", extra={"expected_seconds": expected})


onsuccess:
    logger.info("\n".join(closing_lines()), extra={"closing": True})


# Snakemake says much about a job that failed; what a person can do about it stands below that again.
onerror:
    if found := [
        *mistakes(map(Path, log)),
        *report_refusals(refused),
    ]:
        logger.error("\n".join(found), extra={"closing": True})
