"""A SLURM cluster of one node on this machine's loopback: real daemons, started and stopped here.

As a script it runs a command while the cluster is up: python tests/slurm/cluster.py snakemake --profile slurm
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

CONFIGURATION, MUNGE = Path("/etc/slurm"), Path("/run/munge/munge.socket.2")
PROGRAMS = ("munged", "slurmctld", "slurmd", "srun", "sbatch")
PATIENCE_S = 30

# Jobs find the configuration at its default place alone. Nothing listens but on the loopback. Without an
# accounting database finished jobs are known for as long as MinJobAge. A killed job may run again soon, after
# cred_expire, and what does not end by itself is killed soon, after KillWait.
OURS = "# Of tests/slurm/cluster.py, which removes it.\n"
SLURM_CONF = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort=46817
SlurmdPort=46818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_min_interval=100000,sched_interval=2,bf_interval=2
JobAcctGatherType={accounting}
JobAcctGatherFrequency=task=1
{memory}
MinJobAge=3600
AuthInfo=cred_expire=10
KillWait={kill_wait}
OverTimeLimit=0
ReturnToService=1
GresTypes=gpu
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=64000 Gres=gpu:2 State=UNKNOWN
PartitionName=cpu Nodes={host} Default=YES MaxTime=INFINITE PriorityTier=1 State=UP
PartitionName=gpus Nodes={host} MaxTime=INFINITE PriorityTier=1 State=UP
PartitionName=urgent Nodes={host} MaxTime=INFINITE PriorityTier=2 PreemptMode=OFF State=UP
"""


def missing() -> str | None:
    """Why no cluster can be started here, in plain words; None if one can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    if absent:
        return f"no {', '.join(absent)} here; on Debian: apt-get install slurmctld slurmd slurm-client munge"
    if os.geteuid():
        return "a cluster of this machine needs root, for its daemons and /etc/slurm/slurm.conf"
    if (found := CONFIGURATION / "slurm.conf").exists() and not found.read_text(encoding="utf-8").startswith(OURS):
        return "this machine has a slurm.conf of its own, which is left alone"
    return None


@contextmanager
def cluster(cpus: int = 4, kill_wait: int = 10, limits_memory: bool = True) -> Iterator[Path]:
    """A cluster that is up; yields the folder of its logs. Its jobs end with it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.chmod(0o755)
        for name in ("state", "spool"):
            (folder / name).mkdir()
        for number in range(2):
            (folder / f"gpu{number}").touch()
        settings = {
            "host": socket.gethostname().partition(".")[0],
            "folder": folder,
            "cpus": cpus,
            "kill_wait": kill_wait,
            "accounting": f"jobacct_gather/{'linux' if limits_memory else 'none'}",
            "memory": "JobAcctGatherParams=OverMemoryKill" if limits_memory else "",
        }
        _file(stack, CONFIGURATION / "slurm.conf", OURS + SLURM_CONF.format(**settings))
        _file(stack, CONFIGURATION / "gres.conf", f"Name=gpu File={folder}/gpu[0-1]\n")
        if not said("munge", "--no-input"):
            MUNGE.parent.mkdir(exist_ok=True)
            shutil.chown(MUNGE.parent, "munge", "munge")
            _daemon(stack, "munged", "--foreground", user="munge")
            _until(lambda: MUNGE.exists(), "munged", folder)
        _daemon(stack, "slurmctld", "-D", "-i")
        _daemon(stack, "slurmd", "-D")
        _until(lambda: "idle" in said("sinfo", "--noheader", "--format=%T"), "slurmctld and slurmd", folder)
        stack.callback(_end_jobs)
        yield folder


def said(*command: str) -> str:
    """What a command of SLURM's says; nothing if it fails."""
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False).stdout


def _file(stack: ExitStack, path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    stack.callback(path.unlink, missing_ok=True)


def _daemon(stack: ExitStack, name: str, *arguments: str, user: str | None = None) -> None:
    # It ends with this process, also where this one is killed and stops nothing; not by Ctrl-C: jobs outlive that.
    program = shutil.which(name, path="/usr/sbin:/sbin") or name
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", program, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        process_group=0,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_jobs() -> None:
    subprocess.run(["scancel", "--user=root"], check=False, timeout=60)
    deadline = time.monotonic() + PATIENCE_S
    while said("squeue", "--noheader") and time.monotonic() < deadline:
        time.sleep(0.2)


def _until(condition, what: str, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text(encoding="utf-8")[-2000:] for path in sorted(folder.glob("*.log")))
            raise RuntimeError(f"{what} did not come up in {PATIENCE_S} s\n{logs}")
        time.sleep(0.1)


if __name__ == "__main__":
    if reason := missing():
        sys.exit(reason)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    # Ctrl-C is for the command, which may have jobs to end.
    signal.signal(signal.SIGINT, lambda number, _: None)
    with cluster():
        sys.exit(subprocess.run(sys.argv[1:]).returncode)
