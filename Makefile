# The whole of the project in two commands: `make demo` and `make test`. Python 3.11 or newer is all they need.
.PHONY: help demo test test-faults test-races manage bench check lock venv

DEVSTACK := .venv/bin/python -m atomicpay.devstack
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate $(UV_FLAGS)

help:
	@echo 'make demo [ARGS=--once]        run the product with demo data (or make one journey through it)'
	@echo 'make test [ARGS=...]           run all tests (or pytest once with ARGS)'
	@echo 'make test-faults [KILLS=200]   break worker, database, queue and disk while exports are written'
	@echo 'make test-races                run 10,000 random schedules of merges, undos and writes (long)'
	@echo 'make manage ARGS=...           run a management command on the demo database'
	@echo 'make bench [CUSTOMERS=1000000] [ONLY=name,...] [FRESH=1]'
	@echo '                               measure pages and jobs, one JSON object per line'
	@echo 'make check                     run the linters and every other check that is not a test'
	@echo 'make lock [UV_FLAGS=--upgrade] write requirements/ from pyproject.toml (with newer versions)'

demo test manage: venv
	@$(DEVSTACK) $@ $(ARGS)

test-faults: venv
	@$(DEVSTACK) test tests/faults --kills=$(or $(KILLS),200) --durations=0 $(ARGS)

test-races: venv
	@$(DEVSTACK) test tests/customers/merging/full_races.py -q -n0

bench: venv
	@$(DEVSTACK) bench $(if $(CUSTOMERS),--customers=$(CUSTOMERS)) $(if $(ONLY),--only=$(ONLY)) $(if $(FRESH),--fresh)

check: venv
	@.ci/check

lock: venv
	$(COMPILE) pyproject.toml --output-file requirements/base.txt
	$(COMPILE) pyproject.toml --extra dev --output-file requirements/dev.txt
	echo uv | $(COMPILE) - --output-file requirements/uv.txt

venv:
	@atomicpay/devstack/bootstrap.sh
