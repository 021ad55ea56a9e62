"""What lies here already: whether it stands, or is to be made anew.

The engine goes by its own records, which a clone, a pull or a checkout does not bring.
"""

from learnorder import standing, store
from snakemake.io import IOFile


def asked_for_anew(path, *rules):
    """Whether --force, --forcerun or --forceall says so."""
    return path in workflow.dag.forcefiles or any(forced.name in rules for forced in workflow.dag.forcerules)


@cache
def published():
    with one_line():
        return dict(store.objects())


told = set()


def say_once(what, example):
    if workflow.is_main_process and what not in told:
        told.add(what)
        print(f"learnorder: {what} {example}; `dvc pull` fetches them, else they are made anew", file=sys.stderr)


def make_anew(path, fault):
    if workflow.is_main_process:
        print(f"learnorder: {path}: {fault}; it is made anew", file=sys.stderr)
        workflow.dag.forcefiles.add(path)


def trained_on(wildcards):
    """The datasets that an outcome table is to be made from.

    The table itself says whether it is the one asked for, whoever brought it here. If it is not, the engine is
    told. If it is, it has no inputs: a dataset that is made again, or is newer, trains nothing again unless it is
    another. (Not by `ancient`: the engine looks no further behind such a file while it is being made.)
    """
    path = OUTCOMES.format(**wildcards)
    datasets = [EXAMPLES.format(**wildcards), *also_predicted(wildcards)]
    identity = study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe)
    found = standing.about(path)
    if asked_for_anew(path, *stages.TRAINING):
        return datasets
    if found is None:
        elsewhere = standing.about(published().get(path, ""))
        if elsewhere and not standing.fault(elsewhere, identity, datasets[0]):
            say_once("outcome tables were published that are missing or damaged here, such as", path)
        return datasets
    if fault := standing.fault(found, identity, datasets[0]):
        make_anew(path, fault)
        return datasets
    if workflow.is_main_process:
        # The record of a job that had inputs.
        workflow.persistence.cleanup_metadata(IOFile(path))
    return []


def unless_it_stands(results, measures, wanted, wildcards):
    """The measures that a table, the first of a rule's results, is to be made from.

    A table says itself what made it. If that is not what is `wanted`, the engine is told. If it is, and the engine
    knows nothing of it, then it was made elsewhere and stands, whatever time it and its measures have.
    """
    with one_line():
        files = [f"results/{path}" for path in measures()]
    asked = workflow.dag_settings
    if not all(map(os.path.exists, results)) or asked.forcetargets or asked.forceall or asked.forcerun:
        return files
    table = results[0]
    made_elsewhere = workflow.persistence.metadata(IOFile(table)) is None
    if fault := standing.table_fault(table, wanted(wildcards), whole=made_elsewhere):
        make_anew(table, fault)
        return files
    return [] if made_elsewhere else files


def goes_back_to(measures, wildcards):
    return [f"results/{path}" for path in standing.sources(study, measures())]


def made_by(measures, settings, wildcards):
    """Names all that a table of these measures follows from."""
    scripts = [f"workflow/scripts/{name}.py" for name in ("measure", "pair", "baselines")]
    return standing.made_by(
        study, measures(), settings=settings, measures=study["measures"], measured_by=list(map(code, scripts))
    )
