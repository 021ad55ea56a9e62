# make           set up, run the study, write its report
# make report    write the report of a finished study
# make status    done, running, failed and missing, per collection; also during a run
# make test      set up, run all lints and the quick tests
# make test-all  also run the long tests: killed runs, clusters, remotes, every command of the documentation
# make clean-old ask, then remove outdated results
# make failed    errors of failed cluster jobs, the latest last
# make paper     draw the published experiments of the paper, and set their numbers beside the paper's
# make publish   copy the study's results to published/, for `dvc pull`
# make rulegraph renew docs/rulegraph.svg; needs Graphviz
# make lock      renew requirements.lock from pyproject.toml
CONFIG ?= config/config.yaml
PYTHON ?= python3
VENV   := .venv/bin

# Recipes read it from the environment, because its path may have spaces.
export CONFIG

# Trust the system's certificates, as pip does: sites have their own.
export UV_SYSTEM_CERTS = 1
# In the home folder or, if that is not writable, in the clone.
export XDG_CACHE_HOME := $(shell "$(PYTHON)" -I src/learnorder/caches.py)

.DELETE_ON_ERROR:
.PHONY: study report paper status clean-old test test-all lint failed publish lock rulegraph

# Results are complete even if `dvc fetch` fails.
study: .venv/.ready
	@$(VENV)/snakemake --configfile "$$CONFIG"
	@test ! -e .git || $(VENV)/dvc fetch --quiet || \
	  echo 'learnorder: `dvc fetch` failed, maybe because another DVC command runs; try it again before `dvc pull`' >&2
	@$(MAKE) --no-print-directory report

report: .venv/.ready
	@$(VENV)/python -m learnorder.report --configfile "$$CONFIG"

PAPER := reproduction hyper_parameters parts
paper: .venv/.ready
	@$(VENV)/python -m learnorder.report.paper $(PAPER:%=config/%.yaml)

status: .venv/.ready
	@$(VENV)/python -m learnorder.status --configfile "$$CONFIG"

clean-old: .venv/.ready
	@$(VENV)/python -m learnorder.old --configfile "$$CONFIG"

# One thread per test: on small tables, threads mostly wait for each other.
PYTEST := OMP_NUM_THREADS=1 $(VENV)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test: lint
	$(PYTEST) -m 'not long'

test-all: test
	$(PYTEST) -m long

lint: .venv/.ready
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/snakefmt --check Snakefile workflow/rules

# Only failed jobs have a SLURM log. It names the rule's log and the error that ended the job.
failed:
	@find logs/slurm -name '*.log' -print0 2>/dev/null | xargs -0 -r ls -tr | while read -r log; do \
	  echo "== $$log"; grep -h 'error: ' "$$log"; \
	  sed -n 's/^ *log: \([^ ,]*\).*/\1/p' "$$log" | sort -u | xargs -r -d '\n' tail -n 5; \
	done

publish: .venv/.ready
	@$(VENV)/python -m learnorder.publish --configfile "$$CONFIG"

# One figure stands for all. Forced, so that existing results do not matter.
rulegraph: .venv/.ready
	$(VENV)/snakemake --forceall --rulegraph dot --config 'figures=[same_order]' | dot -Tsvg -o docs/rulegraph.svg

lock: .venv/.ready
	$(VENV)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --group dev --group build --output-file requirements.lock pyproject.toml

# uv sets up in seconds. If it is missing, pip installs the locked version.
.venv/.ready: requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'learnorder needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 1; }
	@command -v which > /dev/null || \
	  { echo 'learnorder needs the program `which`: apt-get, dnf or pacman install it by that name' >&2; exit 1; }
	@test -x $(VENV)/python || "$(PYTHON)" -m venv .venv
	@echo 'Setting up .venv (about 6 GB, once) ...'
	@test -x $(VENV)/uv || $(VENV)/python -m pip install --quiet --disable-pip-version-check \
	  "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	@$(VENV)/uv pip sync --quiet --python $(VENV)/python --require-hashes --compile-bytecode requirements.lock
	@$(VENV)/uv pip install --quiet --python $(VENV)/python --no-deps --no-build-isolation --editable .
	@touch $@
