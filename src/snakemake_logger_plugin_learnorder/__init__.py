"""Snakemake's progress in a line per stage; named in profiles/default, which every run reads.

On a terminal the lines stay where they are and fill; in a file there is one for each tenth of a stage. What went
wrong is said above them, as Snakemake says it. A dry run, --verbose and --quiet stay Snakemake's own.
"""

import sys
from collections.abc import Mapping, Sequence
from logging import LogRecord
from pathlib import Path

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text
from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter, get_event
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from learnorder import caches
from learnorder.errors import one_line
from learnorder.logs import last_line
from learnorder.stages import Stages, stage
from learnorder.study.configured import check_files

ROUTINE = (
    "Using workflow specific profile",
    "Assuming unrestricted shared filesystem",
    "Building DAG of jobs",
    "Using shell",
    "Conda environments: ignored",
    "Select jobs to execute",
    "Missing metadata for file",
    "Adding ",
    "Elapsed time",
    "--keep-incomplete mode is set",
)
"""What Snakemake says in every run, or where nothing is wrong: results that were pulled have no records."""
FOLLOWED, SHOWN = ("data",), ("cost",)
"""Rules whose log is followed while they run, a download may take long, and of whose log the last line is for
people; and those of which the whole log is."""
TENTHS = 10


class LogHandler(LogHandlerBase):
    """Counts the jobs that Snakemake reports, and hands on all else as Snakemake would say it."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        # Snakemake reads the configuration files and opens its cache next, and runs no other code of ours before.
        caches.use_folder()
        with one_line():
            check_files(sys.argv[1:])
        settings = self.common_settings
        quiet = settings.quiet or set()
        self.counts = not (settings.dryrun or settings.verbose or {Quietness.ALL, Quietness.RULES} & set(quiet))
        self.stages: Stages | None = None
        self.started: dict[int, tuple[str, Sequence[str]]] = {}
        """Rule and logs of the jobs that run, by number."""
        stream = sys.stdout if settings.stdout else sys.stderr
        console = Console(file=stream, no_color=settings.nocolor or None)
        on_terminal = self.counts and console.is_terminal
        self.lines = Bars(console, self.started) if on_terminal else Lines(console)
        self.engine = ColorizingTextHandler(
            settings.nocolor, FileProxy(console, stream) if on_terminal else stream
        )
        self.engine.setFormatter(DefaultFormatter(quiet, settings.show_failed_logs))
        self.engine.addFilter(
            DefaultFilter(quiet, settings.debug_dag, settings.verbose, settings.dryrun, settings.printshellcmds)
        )

    def emit(self, record: LogRecord) -> None:
        """Take one report of Snakemake's."""
        if not self.counts:
            self.engine.handle(record)
            return
        event = get_event(record)
        if event is LogEvent.RUN_INFO and self.stages is None:
            self.stages = Stages({rule: jobs for rule, jobs in record.stats.items() if rule != "total"})
            self.lines.start(self.stages)
        elif hasattr(record, "expected_seconds"):
            if self.stages:
                self.stages.expect(record.expected_seconds)
        elif event is LogEvent.JOB_INFO and self.stages:
            self.started[record.jobid] = record.rule_name, record.log
            seconds = getattr(record, "training_seconds", None)
            self.lines.show(self.stages.start(record.jobid, record.rule_name, seconds))
        elif event is LogEvent.JOB_FINISHED and self.stages:
            self.lines.show(self.stages.end(record.job_id))
            rule, logs = self.started.pop(record.job_id, ("", ()))
            for log in logs if rule in SHOWN else ():
                print(Path(log).read_text(encoding="utf-8"), end="", file=self.engine.stream)
            for log in logs if rule in FOLLOWED else ():
                print(last_line(log), file=self.engine.stream)
        elif event is LogEvent.JOB_ERROR:
            if self.stages:
                self.started.pop(record.jobid, None)
                self.lines.show(self.stages.end(record.jobid, failed=True))
            # Its log says what went wrong; the command, with all that the configuration says, does not.
            record.shellcmd = None
            # What SLURM refused is reported in the end, once for all jobs.
            if not hasattr(record, "refused"):
                self.engine.handle(record)
        elif hasattr(record, "closing"):
            self.lines.stop()
            self.engine.handle(record)
        elif event is LogEvent.SHELLCMD or not self._is_routine(record, event):
            self.engine.handle(record)

    def close(self) -> None:
        """The run is over; the lines stay."""
        self.lines.stop()
        super().close()

    @staticmethod
    def _is_routine(record: LogRecord, event: LogEvent | None) -> bool:
        of_jobs = event in {LogEvent.RUN_INFO, LogEvent.JOB_STARTED, LogEvent.PROGRESS, LogEvent.RESOURCES_INFO}
        # A job that failed is told of by its log.
        of_failed = event is LogEvent.ERROR and "CalledProcessError" in str(record.msg)
        return of_jobs or of_failed or str(record.msg or "").startswith(ROUTINE)


class Lines:
    """For a file: a line for each tenth of a stage that is done."""

    def __init__(self, console: Console):
        self.console, self.said = console, {}

    def start(self, stages: Stages) -> None:
        """Jobs are about to start."""
        self.stages = stages

    def show(self, name: str | None) -> None:
        """Something happened in a stage."""
        if name is None:
            return
        done, total = self.stages.done[name], self.stages.total[name]
        tenth = TENTHS * done // total, self.stages.failed[name]
        if self.said.get(name) != tenth:
            self.said[name] = tenth
            said = ", ".join(
                filter(None, (f"{done} of {total} ({done / total:.0%}) done", self.stages.said(name)))
            )
            print(f"{name}: {said}", file=self.console.file, flush=True)

    def stop(self) -> None:
        """Nothing is to follow."""


class Bars:
    """For a terminal: a line per stage that stays and fills."""

    def __init__(self, console: Console, started: Mapping[int, tuple[str, Sequence[str]]]):
        self.console, self.started = console, started
        self.progress: Progress | None = None

    def start(self, stages: Stages) -> None:
        """Jobs are about to start."""
        self.stages = stages
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed} of {task.total} ({task.percentage:.0f}%) done"),
            Said(stages, self.started),
            console=self.console,
            refresh_per_second=2,
        )
        self.tasks: dict[str, TaskID] = {
            name: self.progress.add_task(name, total=total) for name, total in stages.total.items() if total
        }
        self.progress.start()

    def show(self, name: str | None) -> None:
        """Something happened in a stage."""
        if name is not None:
            self.progress.update(self.tasks[name], completed=self.stages.done[name])

    def stop(self) -> None:
        """Nothing is to follow."""
        if self.progress:
            self.progress.stop()


class Said(ProgressColumn):
    """What is to be said of a stage, anew whenever its line is drawn."""

    def __init__(self, stages: Stages, started: Mapping[int, tuple[str, Sequence[str]]]):
        super().__init__()
        self.stages, self.started = stages, started

    def render(self, task: Task) -> Text:
        """The words at the end of a line."""
        running = [logs for rule, logs in tuple(self.started.values()) if rule in FOLLOWED]
        followed = [last_line(log) for logs in running for log in logs if task.description == stage(FOLLOWED[0])]
        words = [self.stages.said(task.description), *followed]
        return Text("  ".join(filter(None, words)), overflow="ellipsis", no_wrap=True)
