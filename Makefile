# make           set up, run the study, make its report, say where it lies
# make report    make the report of a study that was run
# make status    what is done, running, failed and missing, per collection, also while the study runs
# make test      set up, run every lint, and the tests of some minutes
# make test-all  run also the long tests: kills, clusters, remotes, every command of the documentation
# make clean-old ask, then remove results of settings and code that the study no longer has
# make failed    what the jobs on a cluster that failed have said, the latest last
# make publish   put the study's results into published/, from where `dvc pull` has them
# make rulegraph renew docs/rulegraph.svg; needs Graphviz
# make lock      renew requirements.lock from pyproject.toml
CONFIG ?= config/config.yaml
PYTHON ?= python3
VENV   := .venv/bin

# The shell takes it from the environment: its path may have spaces.
export CONFIG

# As pip does, trust the certificates of the system: sites have their own.
export UV_SYSTEM_CERTS = 1
# In the home folder or, where that cannot be written, in the clone.
export XDG_CACHE_HOME := $(shell "$(PYTHON)" -I src/learnorder/caches.py)

.DELETE_ON_ERROR:
.PHONY: study report status clean-old test test-all lint failed publish lock rulegraph

# The results are complete without DVC's record of them.
study: .venv/.ready
	@$(VENV)/snakemake --configfile "$$CONFIG"
	@test ! -e .git || $(VENV)/dvc fetch --quiet || \
	  echo 'learnorder: `dvc fetch` failed, maybe because another DVC command runs; try it again before `dvc pull`' >&2
	@$(MAKE) --no-print-directory report

report: .venv/.ready
	@$(VENV)/python -m learnorder.report --configfile "$$CONFIG"

status: .venv/.ready
	@$(VENV)/python -m learnorder.status --configfile "$$CONFIG"

clean-old: .venv/.ready
	@$(VENV)/python -m learnorder.old --configfile "$$CONFIG"

# On small tables threads wait for each other more than they compute.
PYTEST := OMP_NUM_THREADS=1 $(VENV)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test: lint
	$(PYTEST) -m 'not long'

test-all: test
	$(PYTEST) -m long

lint: .venv/.ready
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/snakefmt --check Snakefile workflow/rules

# SLURM's log of a job that ended well is removed. It names the log of the rule, and says what ended the job.
failed:
	@find logs/slurm -name '*.log' -print0 2>/dev/null | xargs -0 -r ls -tr | while read -r log; do \
	  echo "== $$log"; grep -h 'error: ' "$$log"; \
	  sed -n 's/^ *log: \([^ ,]*\).*/\1/p' "$$log" | sort -u | xargs -r -d '\n' tail -n 5; \
	done

publish: .venv/.ready
	@$(VENV)/python -m learnorder.publish --configfile "$$CONFIG"

# One figure stands for all. Forced, so that it does not depend on the results that lie here.
rulegraph: .venv/.ready
	$(VENV)/snakemake --forceall --rulegraph dot --config 'figures=[same_order]' | dot -Tsvg -o docs/rulegraph.svg

lock: .venv/.ready
	$(VENV)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --group dev --group build --output-file requirements.lock pyproject.toml

# uv makes set-up a matter of seconds; it comes through pip, at the locked version, where it is missing.
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
