"""Make the report of a study: what it shows, then its page. Run by `make report`, in the root of a clone."""

import subprocess
import sys

from learnorder.errors import one_line
from learnorder.study.configured import configured, study_file


def make(configfile: str) -> None:
    """Make the report of the study of this file, and print where it lies."""
    page = f"results/{configured(configfile).name}/report.html"
    snakemake = (sys.executable, "-m", "snakemake", "report", "--configfile", configfile)
    for command in (snakemake, (*snakemake, "--report", page)):
        if status := subprocess.run(command).returncode:
            sys.exit(status)
    print(f"The report: {page}")


if __name__ == "__main__":
    with one_line():
        make(study_file(__doc__))
