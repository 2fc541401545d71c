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

.DELETE_ON_ERROR:
.PHONY: train test deploy clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $@

# Train on the simulated phantom set, evaluate the best checkpoint, predict one patient, print a summary.
train: $(VENV)/installed
	cd bundle && $(BUNDLE) run training --config_file configs/train.json --run_name $(RUN) \
		--epochs 10 --batch_size 8 --patch_size 128
	cd bundle && $(BUNDLE) run --config_file "['configs/train.json','configs/evaluate.json']" \
		--checkpoint runs/$(RUN)/model.pt --run_name $(RUN)/evaluation
	cd bundle && $(BUNDLE) run --config_file configs/inference.json \
		--checkpoint runs/$(RUN)/model.pt --output_dir runs/$(RUN)/predictions
	cd bundle && $(BIN)/python -m custom summary runs/$(RUN)

test: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

$(DEPLOY)/installed: deploy/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(DEPLOY)
	$(DEPLOY)/bin/pip install --quiet --disable-pip-version-check --requirement deploy/requirements.txt
	$(DEPLOY)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# A DICOM series of a simulated patient through MONAI Deploy, monai.bundle and custom predict: the same labels, or exit code 1.
deploy: $(VENV)/installed $(DEPLOY)/installed
	$(BIN)/python deploy/end_to_end.py --app-python $(DEPLOY)/bin/python --checkpoint $(CHECKPOINT)

clean:
	rm -rf $(VENV) $(DEPLOY) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage *.egg-info
