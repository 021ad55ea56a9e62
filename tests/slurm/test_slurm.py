"""The workflow on a real SLURM cluster, of this machine: what jobs ask for; no fault changes a result."""

import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from clones import ROOT, TINY, Clone
from cluster import PROGRAMS, cluster, missing, said

from learnorder.study import layout

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs(*PROGRAMS, package="slurmctld slurmd slurm-client munge"),
    pytest.mark.skipif(bool(missing()), reason=f"no SLURM cluster: {missing()}"),
]

# What this cluster needs and others do not, as a user would write it: no accounting database, no time to lose.
SITE = """
slurm-status-command: squeue
slurm-init-seconds-before-status-checks: 1
"""
PATIENCE_S = 300
SLOW = {"evaluate_at": [1, 50, 100], "batch_size": 16, "optimiser": "sgd", "learning_rate": 0.01}
DISTURBED = TINY | {
    "study": "disturbed",
    "collections": [
        {"dataset": "digits", "architecture": "cnn", "recipe": "short", "networks": 4},
        {"dataset": "digits", "architecture": "cnn", "recipe": "long", "networks": 2},
    ],
    "recipes": {"short": SLOW | {"epochs": 100}, "long": SLOW | {"epochs": 300, "evaluate_at": [1, 150, 300]}},
}
# The line of the profile that says how a GPU is asked for.
WAYS = {
    "gpu": "train_on_gpu: {gpu: 1}",
    "gres": 'train_on_gpu: {gpu: 0, gres: "gpu:1", slurm_partition: gpus}',
}
CANCELLED, TOO_LARGE, LONG = "short/seeds-000-001", "short/seeds-002-003", "long/seeds-000-001"


class Site(Clone):
    """A clone on the cluster."""

    def __init__(self, folder, study):
        super().__init__(folder, study)
        (folder / "slurm").symlink_to((ROOT / "slurm").readlink())
        (folder / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
        profile = folder / "profiles/slurm/config.yaml"
        profile.write_text(
            re.sub("(?m)^latency-wait: .*", "latency-wait: 5", profile.read_text(encoding="utf-8")) + SITE,
            encoding="utf-8",
        )

    def start(self, *arguments):
        """Type the command; it goes on by itself."""
        with (self.folder / "said").open("w", encoding="utf-8") as said:
            return super().start("--profile", "slurm", *arguments, stdout=said)

    def table(self, which):
        recipe, seeds = which.split("/")
        return next(path for path in self.shards(f"digits/cnn/{recipe}") if path.endswith(f"{seeds}.parquet"))

    def checkpoint(self, which):
        folder = self.table(which).replace("/outcomes/", "/checkpoints/").removesuffix(".parquet")
        return self.folder / folder / "under_way.pt"

    def log(self, which):
        """What a training job has said since it last started."""
        study = self.study["study"]
        below = self.table(which).removeprefix(f"results/{study}/outcomes/").replace(".parquet", ".log")
        path = self.folder / f"logs/{study}/train" / below
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def jobs(self, states):
        """Jobs of this clone: what each is for, by SLURM's number."""
        lines = said("squeue", "--noheader", f"--states={states}", "--format=%i|%k|%Z|%T").splitlines()
        return [line.split("|") for line in lines if f"|{self.folder}|" in line]

    def any_job(self):
        """SLURM's number of the first job, whatever has become of it; None as long as there is none."""
        return min((number for number, *_ in self.jobs("all")), default=None)

    def job(self, which, states="PENDING,RUNNING"):
        """SLURM's number of the job of a shard in one of these states; None if there is none."""
        found = (number for number, comment, *_ in self.jobs(states) if is_of(comment, which))
        return next(found, None)

    def states(self, which, numbers=False):
        """States, or numbers, of all jobs that a shard has had."""
        return {
            number if numbers else state for number, comment, _, state in self.jobs("all") if is_of(comment, which)
        }


def is_of(comment, which):
    """Whether the comment of a job is that of a shard's."""
    recipe, seeds = which.split("/seeds-")
    return bool(re.search(f"_cnn_{recipe}_{layout.NAME}_{seeds.replace('-', '_')}$", comment))


def tables(clone):
    """Bytes of every outcome table and of the claims, by path."""
    return {path: data for path, data in clone.files().items() if "/outcomes/" in path or "claims" in path}


def until(condition, patience_s=PATIENCE_S):
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {patience_s} s"
        time.sleep(0.2)
    return found


def asked(number):
    """What `scontrol show job` says of a job, by name."""
    return dict(re.findall(r"(\S+?)=(\S*)", said("scontrol", "show", "job", number)))


@contextmanager
def running(site, *arguments):
    """A run that is killed at the end if it is still there."""
    run = site.start(*arguments)
    try:
        yield run
    finally:
        if run.poll() is None:
            run.kill()
            run.wait()


def ended(site, run):
    """Wait for a run; its exit status and what it said."""
    status = run.wait(timeout=4 * PATIENCE_S)
    return status, (site.folder / "said").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def up():
    with cluster() as folder:
        yield folder


def undisturbed(folder, study, *targets):
    """Tables that the same study gives on this machine, without a cluster."""
    clone = Clone(folder, study)
    clone.run(*targets)
    return tables(clone)


def test_a_study_end_to_end_gives_the_same_bytes_as_on_one_machine(tmp_path):
    site = Site(tmp_path / "site", TINY)
    with running(site) as run:
        status, text = ended(site, run)
    assert status == 0, text
    jobs = site.jobs("all")
    # Training alone is queued: four jobs, each once, for a CPU.
    assert sorted(name for _, name, *_ in jobs) == [
        f"rule_train_wildcards_digits_{architecture}_tiny_{Path(table).parent.name}_{seeds}"
        for architecture in ("linear", "mlp")
        for table, seeds in zip(site.shards(f"digits/{architecture}/tiny"), ("000_001", "002_003"), strict=True)
    ]
    assert {state for *_, state in jobs} == {"COMPLETED"}
    for number, *_ in jobs:
        job = asked(number)
        assert (job["Partition"], job["TimeLimit"], job["MinMemoryNode"]) == ("cpu", "00:10:00", "1502M")
        assert not [name for name in job if name.startswith("TresPer")]
    assert not list((site.folder / "logs/slurm").rglob("*.log"))
    assert tables(site) == undisturbed(tmp_path / "local", TINY)


def test_a_gpu_is_asked_for_as_the_site_wants_it_and_what_fails_is_found_by_one_command(tmp_path):
    on_gpu = TINY["recipes"]["tiny"] | {"device": "gpu"}
    sites = {}
    for way, line in WAYS.items():
        sites[way] = site = Site(tmp_path / way, TINY | {"recipes": {"tiny": on_gpu}})
        profile = site.folder / "profiles/slurm/config.yaml"
        changed = profile.read_text(encoding="utf-8").replace(WAYS["gpu"], line)
        profile.write_text(changed, encoding="utf-8")
    target = site.shards("digits/mlp/tiny")[0]
    with running(sites["gpu"], target, "--retries=0") as one, running(sites["gres"], target, "--retries=0") as two:
        numbers = {way: until(lambda site=site: site.any_job()) for way, site in sites.items()}
        # This machine has no such GPU, which the training is the first to notice.
        assert ended(sites["gpu"], one)[0] == ended(sites["gres"], two)[0] == 1
    gpu, gres = (asked(numbers[way]) for way in WAYS)
    assert (gpu["Partition"], gpu["TresPerJob"], gpu["MinMemoryNode"]) == ("cpu", "gres:gpu:1", "6002M")
    assert (gres["Partition"], gres["TresPerNode"]) == ("gpus", "gres:gpu:1")
    assert gpu["Comment"].startswith("rule_train_on_gpu_wildcards_")
    found = subprocess.run(
        ["make", "failed"], cwd=sites["gpu"].folder, capture_output=True, encoding="utf-8"
    ).stdout
    assert f"/{numbers['gpu']}.log" in found
    assert "learnorder: the recipe asks for a GPU, and this machine has none; allowed: `device: cpu`" in found
    assert "Traceback" not in found


def test_what_slurm_refuses_is_not_asked_for_again_and_its_reason_stands_once(tmp_path):
    site = Site(tmp_path / "site", TINY)
    with running(site, "outcomes", "--default-resources", "slurm_partition=nowhere") as run:
        status, text = ended(site, run)
    assert status == 1
    assert not site.jobs("all")
    [log] = (site.folder / ".snakemake/log").glob("*.log")
    # Each of the four jobs once.
    assert log.read_text(encoding="utf-8").count("SLURM sbatch failed") == 4
    [reason] = [line for line in text.splitlines() if "invalid partition specified" in line]
    assert reason.startswith(
        "learnorder: SLURM refused 4 jobs: sbatch: error: invalid partition specified: nowhere"
    )
    assert reason in text.splitlines()[-4:]
    found = subprocess.run(["make", "failed"], cwd=site.folder, capture_output=True, encoding="utf-8").stdout
    assert "SLURM refused 4 jobs: sbatch: error: invalid partition specified: nowhere" in found


def test_no_fault_of_a_cluster_changes_a_table(tmp_path):
    site = Site(tmp_path / "site", DISTURBED)
    targets = [site.table(which) for which in (CANCELLED, TOO_LARGE, LONG)]
    # So little memory is asked for at first that SLURM kills the job.
    little = "train:mem_mb=3000 if wildcards.first == '000' or attempt > 1 else 400"
    with running(site, *targets, "--set-resources", little) as run:
        for which in (CANCELLED, LONG):
            until(lambda which=which: "epoch" in site.log(which))
        cancelled, limited = site.job(CANCELLED), site.job(LONG)

        subprocess.run(["scancel", cancelled], check=True)
        until(lambda: "saved" in site.log(CANCELLED), patience_s=60)
        assert site.checkpoint(CANCELLED).exists()

        # A minute is less than the 90 s before the limit at which the job is told to stop.
        subprocess.run(["scontrol", "update", f"JobId={limited}", "TimeLimit=1"], check=True)
        until(lambda: "saved" in site.log(LONG), patience_s=60)
        until(lambda: asked(limited)["JobState"] in ("FAILED", "TIMEOUT"), patience_s=60)

        until(lambda: site.states(TOO_LARGE) & {"OUT_OF_MEMORY", "FAILED", "CANCELLED"})
        # Each goes on in another job.
        until(lambda: len(site.states(LONG, numbers=True)) > 1 and "epoch" in site.log(LONG))
        run.kill()
        run.wait()
    assert asked(cancelled)["JobState"] == "CANCELLED"
    left = site.job(LONG)
    assert left

    with running(site, *targets) as run:
        until(lambda: asked(left)["JobState"] == "CANCELLED")
        second = until(lambda: site.job(LONG, "RUNNING"))
        assert second != left
        until(lambda: "epoch" in site.log(LONG) and "not used" not in site.log(LONG))

        preempting = ("sbatch", "--partition=urgent", "--ntasks=4", "--wrap=sleep 1", "--output=/dev/null")
        subprocess.run(preempting, check=True, stdout=subprocess.DEVNULL)
        until(lambda: asked(second)["Restarts"] == "1", patience_s=60)
        assert site.checkpoint(LONG).exists()
        until(lambda: asked(second)["JobState"] == "RUNNING" and "epoch" in site.log(LONG))

        node = "NodeName=" + asked(second)["NodeList"]
        subprocess.run(["scontrol", "update", node, "State=DOWN", "Reason=test"], check=True)
        until(lambda: asked(second)["Restarts"] == "2", patience_s=60)
        subprocess.run(["scontrol", "update", node, "State=RESUME"], check=True)
        status, text = ended(site, run)
    assert status == 0, text
    assert "learnorder: an earlier run here was killed" in text
    assert "of an earlier run are on the cluster" in text
    assert not said("squeue", "--noheader")
    results = site.folder / "results"
    assert not [path for path in results.rglob("*") if path.name.endswith((".partial", ".pt"))]
    assert tables(site) == undisturbed(tmp_path / "local", DISTURBED, *targets)
