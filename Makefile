# `make train` and `make test` need Python 3.11 or newer, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
BUNDLE := $(BIN)/python -m monai.bundle
# Named once, when make starts: every line of a recipe must mean the same folder.
RUN := phantom-$(shell date +%Y-%m-%d_%H%M%S)

# Of MONAI Deploy, whose versions differ.
DEPLOY := $(CURDIR)/.venv-deploy
CHECKPOINT ?= bundle/models/flair/model.pt

# A module is compiled by the first process that imports it, not by each: that takes 45 seconds of a prediction.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help train reproduce test audit trust fuzz segment-kills segment-others docs release label-environment label label-test deploy clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@# Of 18 000 modules most are never imported: Python compiles the others when it first meets them.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable ".[dev]"
	touch $@

# What each target does: the line of comment above it.
help:
	@awk '/^# /{text=substr($$0,3)} /^[a-z-]+:/{split($$0,name,":"); if(text) printf "  make %-18s %s\n",name[1],text; text=""} /^$$/{text=""}' Makefile

# Train on the simulated phantom set, evaluate the best checkpoint, predict one patient, print a summary.
train: $(VENV)/installed
	cd bundle && $(BUNDLE) run training --config_file configs/train.json --run_name $(RUN) \
		--epochs 5 --batch_size 4 --patch_size 192
	cd bundle && $(BUNDLE) run --config_file "['configs/train.json','configs/evaluate.json']" \
		--checkpoint runs/$(RUN)/model.pt --run_name $(RUN)/evaluation
	cd bundle && $(BUNDLE) run --config_file configs/inference.json \
		--checkpoint runs/$(RUN)/model.pt --output_dir runs/$(RUN)/predictions
	cd bundle && $(BIN)/python -m custom summary runs/$(RUN)

# Repeat a shrunken training bit for bit, and say how to repeat those of the published weights.
reproduce: $(VENV)/installed
	$(BIN)/python benchmarks/reproduce.py

# Lint, types and all tests, two at a time.
test: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@# Threads that wait actively for each other would take the cores from the other process.
	OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 $(BIN)/pytest --numprocesses 2 --dist worksteal

# The documentation site, in build/site.
docs: $(VENV)/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "build/site/index.html"

# dist/: the wheel and the bundle's zip, each installed and run in a fresh environment (3 GB for the time being).
release: $(VENV)/installed
	PYTHON="$(PYTHON)" .ci/release

# What bundle/docs/reliability.md tells of: 900 bad inputs, 200 kills, full disks, closed folders.
trust: $(VENV)/installed
	cd tests && $(BIN)/python -m trust corpus
	cd tests && $(BIN)/python -m trust kills disks places --number 200 --sizes 14 --kib 70

# Ten minutes of inputs that hypothesis thinks of.
fuzz: $(VENV)/installed
	cd tests && $(BIN)/python -m trust.fuzz --minutes 10

# Segment an image on two workers, of which one or the other is killed fifty times: the result must be the same.
segment-kills: $(VENV)/installed
	KILLS=50 $(BIN)/pytest tests/large/test_cluster.py

OTHERS := build/segment-others
$(OTHERS)/installed: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --target $(OTHERS) \
		s3fs "moto[server]" dask-jobqueue napari-ome-zarr
	touch $@

# Segment with an S3 server, SLURM's job script and napari's reader, in a folder of their own (1 GB).
segment-others: $(OTHERS)/installed
	@# napari brings plugins of pytest that warn as they are loaded.
	PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONPATH=$(OTHERS) $(BIN)/pytest tests/large/test_object_store.py tests/large/test_slurm.py tests/large/test_napari.py

AUDIT := .venv-audit
$(AUDIT)/installed:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check pip-audit
	touch $@

# Known faults of the pinned versions; exit code 2 where the index of them does not answer, so that nothing was audited.
audit: $(AUDIT)/installed
	@$(AUDIT)/bin/python .ci/audit.py $(AUDIT)/bin/pip-audit constraints.txt

# MONAI Label, in an environment of its own (Python 3.11, a C++ compiler, 4 GB). `bundle/docs/monai_label.md` tells of it.
LABEL := integrations/monai_label
LABEL_VENV := .venv-label
LABEL_PIP := $(LABEL_VENV)/bin/pip install --quiet --disable-pip-version-check --constraint $(LABEL)/constraints.txt

$(LABEL_VENV)/installed: $(LABEL)/requirements.txt $(LABEL)/constraints.txt $(wildcard $(LABEL)/torchvision_shim.*)
	$(PYTHON) -m venv $(LABEL_VENV)
	$(LABEL_PIP) torch setuptools wheel Cython
	$(LABEL_PIP) --no-build-isolation --requirement $(LABEL)/requirements.txt
	cp $(LABEL)/torchvision_shim.py $(LABEL)/torchvision_shim.pth $(LABEL_VENV)/lib/python3*/site-packages/
	touch $@

label-environment: $(LABEL_VENV)/installed

# make label STUDIES=/data/volumes: a server on this machine alone.
label: $(VENV)/installed $(LABEL_VENV)/installed
	@test -n "$(STUDIES)" || { echo "make label STUDIES=DIR: a folder of NIfTI volumes" >&2; exit 2; }
	$(BIN)/python $(LABEL)/serve.py --studies "$(STUDIES)"

# make label-test LGG=/data/kaggle_3m: the server with real volumes, each answer checked.
label-test: $(VENV)/installed $(LABEL_VENV)/installed
	@test -n "$(LGG)" || { echo "make label-test LGG=DIR: the LGG set in Kaggle's layout" >&2; exit 2; }
	$(BIN)/python $(LABEL)/end_to_end.py --dataset_dir "$(LGG)"

$(DEPLOY)/installed: deploy/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(DEPLOY)
	$(DEPLOY)/bin/pip install --quiet --disable-pip-version-check --requirement deploy/requirements.txt
	$(DEPLOY)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# A DICOM series of a simulated patient through MONAI Deploy, monai.bundle and custom predict: the same labels, or exit code 1.
deploy: $(VENV)/installed $(DEPLOY)/installed
	$(BIN)/python deploy/end_to_end.py --app-python $(DEPLOY)/bin/python --checkpoint $(CHECKPOINT)

# Remove the environments, and what documents, tests and tools leave here.
clean:
	rm -rf $(VENV) $(AUDIT) $(LABEL_VENV) $(DEPLOY) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
