# Every target makes the environment it needs in .venv; only Python 3.11 or later is asked for.
PYTHON ?= python3
BIN := .venv/bin
RULES := imr_extract/data/rules.bin

.PHONY: run rules prefilters test test-all test-cluster check score compare grades golden bench fuzz man docs wheel clean

# Extract the fixture letters, and show the first record.
run: .venv/ready $(RULES)
	@mkdir -p out
	$(BIN)/imr-extract extract fixtures/pdf > out/fixtures.jsonl
	@head -n 1 out/fixtures.jsonl | $(BIN)/python -m json.tool
	@echo "The records of all fixture letters are in out/fixtures.jsonl." >&2

test: .venv/ready $(RULES)
	$(BIN)/python -m pytest --numprocesses auto

# With the tests that take long, which continuous integration runs, too.
test-all: .venv/ready $(RULES)
	$(BIN)/python -m pytest --numprocesses auto -m "slow or not slow"

# The tests of engines, with a Ray of two nodes and servers that speak as object stores do.
test-cluster: .venv/cluster-ready .venv/stores-ready $(RULES)
	$(BIN)/python -m pytest -m "slow or not slow" tests/engines

check: .venv/ready $(RULES)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python fixtures/build.py --check
	$(BIN)/python scripts/derive_prefilters.py --check
	$(BIN)/python scripts/build_rules.py --check

# The rules in one file that loads fast. The program does without where it is missing or out of date.
rules: $(RULES)
$(RULES): constraints.txt $(shell find imr_extract/data -name '*.toml') scripts/build_rules.py \
		imr_extract/text/sentences.py $(wildcard imr_extract/clinical/vocabulary/*.py) \
		imr_extract/rules/prefilters.py imr_extract/data/prefilters.json | .venv/ready
	$(BIN)/python scripts/build_rules.py
	@# Read also where the environment forbids to write bytecode.
	$(BIN)/python -m compileall -q imr_extract

# The words that rules wait for, derived from their patterns: after every change of a pattern.
prefilters: .venv/ready
	$(BIN)/python scripts/derive_prefilters.py

# The figures of the labelled letters beside the project; LETTERS=folder scores other forms of them.
score: .venv/ready $(RULES)
	$(BIN)/python scripts/score_letters.py $(LETTERS)

# What became right and what wrong on these letters since a revision: make compare BASE=main~3
compare: .venv/ready $(RULES)
	$(BIN)/python scripts/compare_revisions.py $(BASE) $(if $(ONLY),--only $(ONLY))

# The precision of each grade of rules, measured and written into docs/accuracy.md.
grades: .venv/ready $(RULES)
	$(BIN)/python scripts/grades.py

# Rewrites the goldens and fails, so that no green run has ever written one.
golden: .venv/ready $(RULES)
	$(BIN)/python scripts/golden.py

# LETTERS=folder measures other PDFs, COPIES=20000 a longer run of the command; UPDATE=1 keeps the
# figures in docs/performance.md, which the next ones are shown beside.
COPIES ?= 2000
bench: .venv/ready $(RULES)
	@$(BIN)/python -m compileall -q imr_extract
	$(BIN)/python scripts/bench.py --copies $(COPIES) $(if $(UPDATE),--update) $(LETTERS)

# FUZZ_SECONDS=600 goes on for longer; what ends badly is kept in out/fuzz.
fuzz: .venv/ready $(RULES)
	$(BIN)/python scripts/fuzz.py $(FUZZ_SECONDS)

# The manual page and the reference of docs/command-line.md are made from the help of the commands.
man: .venv/ready
	$(BIN)/python scripts/man_page.py
	$(BIN)/python scripts/command_line.py

# The pages of docs/ as a site in out/site; a link that leads nowhere is an error.
docs: .venv/docs-ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "The documentation is in out/site/index.html." >&2

# The wheel works alone: in an environment of its own it gives the record that the checkout gives.
wheel: .venv/ready $(RULES)
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build .
	$(PYTHON) -m venv build/clean
	build/clean/bin/python -m pip install --quiet --constraint constraints.txt build/*.whl
	$(BIN)/imr-extract extract fixtures/pdf/one-issue-upheld.pdf > build/expected.jsonl
	cd build && clean/bin/imr-extract extract ../fixtures/pdf/one-issue-upheld.pdf > actual.jsonl
	cmp build/expected.jsonl build/actual.jsonl
	cmp man/imr-extract.1 build/clean/share/man/man1/imr-extract.1
	@ls build/*.whl

clean:
	rm -f $(RULES)
	rm -rf .venv build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Made once, and renewed when what it is made from changes. The build needs hatchling in the tested
# version, so it is installed first and not fetched by pip into an environment of its own.
.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pip hatchling editables
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation \
		--editable ".[duckdb,parquet]" --group dev
	touch $@

# Ray is large, and only these tests need it.
.venv/cluster-ready: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group cluster
	touch $@

# Servers, which tests start as programs: they cannot stand beside the packages of the project.
.venv/stores-ready: tests/support/stores.txt | .venv/ready
	test -x .venv/stores/bin/python || $(PYTHON) -m venv .venv/stores
	.venv/stores/bin/python -m pip install --quiet --requirement $<
	touch $@

# Only the documentation needs these, so that `make run` does not wait for them.
.venv/docs-ready: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group docs
	touch $@
