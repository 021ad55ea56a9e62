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


FOLLOWS = {}
"""Tables and pages that say what they follow from: by path, their target, and what they are to follow from now."""
told = set()


def say_once(what, about):
    if workflow.is_main_process and what not in told:
        told.add(what)
        print(f"learnorder: {about}", file=sys.stderr)


def make_anew(path, fault):
    if workflow.is_main_process:
        say_once(fault, f"{path}: {fault}; it is made anew, and so is all else of which this is true")
        workflow.dag.forcefiles.add(path)


def trained_on(wildcards):
    """The datasets that an outcome table is to be made from.

    The table itself says whether it is the one asked for, whoever brought it here. If it is not, the engine is
    told. If it is, it has no inputs: a dataset that is made again, or is newer, trains nothing again unless it is
    another. (Not by `ancient`: the engine looks no further behind such a file while it is being made.)
    """
    path = OUTCOMES.format(**wildcards)
    datasets = [EXAMPLES.format(**wildcards), *also_predicted(wildcards), *weights_of(wildcards.architecture)]
    identity = study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe)
    found = standing.about(path)
    if asked_for_anew(path, *stages.TRAINING):
        return datasets
    if found is None:
        elsewhere = standing.about(published().get(path, ""))
        if elsewhere and not standing.fault(elsewhere, identity, datasets[0]):
            what = "outcome tables were published that are missing or damaged here"
            say_once(what, f"{what}, such as {path}; `dvc pull` fetches them, else they are made anew")
        return datasets
    if fault := standing.fault(found, identity, datasets[0]):
        make_anew(path, fault)
        return datasets
    if run.begun:
        # The mark of a job that was killed after it had written the table.
        workflow.persistence.cleanup_metadata(IOFile(path))
    return []


def seeds_to_train(wildcards):
    """First and last seed of the networks of an outcome table that no table has yet, or of all if each is known."""
    path = Path(OUTCOMES.format(**wildcards))
    identity = study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe)
    on_cpu = wildcards.recipe in recipes_on("cpu")
    known = standing.seeds_known(path.parent, identity, Path(EXAMPLES.format(**wildcards)), on_cpu)
    asked = range(int(wildcards.first), int(wildcards.last) + 1)
    new = [seed for seed in asked if seed not in known] or asked
    return f"{new[0]:03d} to {new[-1]:03d}"


def unless_it_stands(results, inputs, wanted, wildcards):
    """The files that a table, the first of a rule's results, is to be made from.

    A table says itself what made it. If that is not what is `wanted`, the engine is told. If it is, and the engine
    knows nothing of it, then it was made elsewhere and stands, whatever time it and those files have.
    """
    with one_line():
        files = inputs(wildcards)
    results = [path.format(**wildcards) for path in results]
    asked = workflow.dag_settings
    if not all(map(os.path.exists, results)) or asked.forcetargets or asked.forceall or asked.forcerun:
        return files
    table = results[0]
    made_elsewhere = workflow.persistence.metadata(IOFile(table)) is None
    if fault := standing.table_fault(table, wanted(wildcards), whole=made_elsewhere):
        make_anew(table, fault)
        return files
    return [] if made_elsewhere else files


def from_measures(measures, wildcards):
    return [f"results/{path}" for path in measures()]


def goes_back_to(measures, wildcards):
    return [f"results/{path}" for path in standing.sources(study, measures())]


def made_by(measures, settings, wildcards):
    """Names all that a table follows from that is made of these measures."""
    scripts = [f"workflow/scripts/{name}.py" for name in ("measure", "pair", "baselines")]
    return standing.made_by(
        study, measures(), settings=settings, measures=study["measures"], measured_by=list(map(code, scripts))
    )


def measured_by(script, settings, table, wildcards):
    """Names all that a table of measures follows from."""
    path = Path(table.format(**wildcards)).relative_to("results")
    return standing.made_by(study, [str(path)], measures=settings, measured_by=code(script))


def scores_from(dataset):
    return partial(selection.scored_paths, study, dataset)


def scores_by(dataset):
    return partial(made_by, scores_from(dataset), code("workflow/scripts/scores.py"))
