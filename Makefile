# make           set up, run the study, make its report, say where it lies
# make report    make the report of a study that was run
# make status    what is done, running, failed and missing, per collection, also while the study runs
# make test      set up, run every lint and test
# make failed    what the jobs on a cluster that failed have said, the latest last
# make publish   put the study's results into published/, from where `dvc pull` has them
# make rulegraph renew docs/rulegraph.svg; needs Graphviz
# make lock      renew requirements.lock from pyproject.toml
CONFIG ?= config/config.yaml
PYTHON ?= python3
VENV   := .venv/bin
REPORT  = results/$(shell sed -n 's/^study: *\([a-z0-9_.-]*\).*/\1/p' $(CONFIG))/report.html

# As pip does, trust the certificates of the system: sites have their own.
export UV_SYSTEM_CERTS = 1
# In the home folder or, where that cannot be written, in the clone.
export XDG_CACHE_HOME := $(shell $(PYTHON) -I src/learnorder/caches.py)

.DELETE_ON_ERROR:
.PHONY: study report status test lint failed publish lock rulegraph

study: .venv/.ready
	@$(VENV)/snakemake --configfile $(CONFIG)
	@test ! -e .git || $(VENV)/dvc fetch --quiet
	@$(MAKE) --no-print-directory report

# What it shows is made where it is missing; the engine makes the page itself of what lies there.
report: .venv/.ready
	@$(VENV)/snakemake report --configfile $(CONFIG)
	@$(VENV)/snakemake report --configfile $(CONFIG) --report $(REPORT)
	@echo 'The report: $(REPORT)'

status: .venv/.ready
	@$(VENV)/python -m learnorder.status --configfile $(CONFIG)

test: lint
	$(VENV)/pytest --numprocesses auto --dist loadfile

lint: .venv/.ready
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/snakefmt --check Snakefile workflow/rules

# SLURM's log of a job that ended well is removed. It names the log of the rule, and says what ended the job.
failed:
	@find logs/slurm -name '*.log' 2>/dev/null | xargs -r ls -tr | while read -r log; do \
	  echo "== $$log"; grep -h 'error: ' "$$log"; \
	  sed -n 's/^ *log: \([^ ,]*\).*/\1/p' "$$log" | sort -u | xargs -r tail -n 5; \
	done

publish: .venv/.ready
	@$(VENV)/python -m learnorder.publish --configfile $(CONFIG)

# One figure stands for all.
rulegraph: .venv/.ready
	$(VENV)/snakemake --rulegraph dot --config 'figures=[same_order]' | dot -Tsvg -o docs/rulegraph.svg

lock: .venv/.ready
	$(VENV)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --group dev --group build --output-file requirements.lock pyproject.toml

# uv makes set-up a matter of seconds; it comes through pip, at the locked version, where it is missing.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'learnorder needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 1; }
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv
	@echo 'Setting up .venv (about 6 GB, once) ...'
	@test -x $(VENV)/uv || $(VENV)/python -m pip install --quiet --disable-pip-version-check \
	  "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	@$(VENV)/uv pip sync --quiet --python $(VENV)/python --require-hashes --compile-bytecode requirements.lock
	@$(VENV)/uv pip install --quiet --python $(VENV)/python --no-deps --no-build-isolation --editable .
	@touch $@
