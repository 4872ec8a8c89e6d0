# Everything lives in .venv; remove it to start afresh.
PYTHON ?= python3
BIN     = .venv/bin
PIP     = $(BIN)/python -m pip install -qq -c constraints.txt
RECIPES = pyproject.toml plugins/napari-rdkit-nn/pyproject.toml constraints.txt

.PHONY: help compare test lint bench screen clean

help:                  ## these lines
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

compare: .venv/run     ## chemistry and learning side by side, into out/
	$(BIN)/rdkit-nn compare --out out --overwrite

test: .venv/test       ## every test, the plugin's too
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/test       ## formatting, lint and types
	$(PIP) --group lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy rdkit_nn

bench: .venv/bench     ## ratios of speed to peers (an environment of its own)
	.venv/bench/bin/python benchmarks/run.py $(TABLES)

screen:                ## a virtual screen for the viewer tests (Debian or Ubuntu, as root)
	apt-get update -qq
	apt-get install -qq --no-install-recommends xvfb libegl1 libgl1 libgl1-mesa-dri libglib2.0-0 \
	    libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 \
	    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0

clean:                 ## forget the environments and the results
	rm -rf .venv out

.venv/run: $(RECIPES)
	@echo "Setting up .venv: a few minutes and 2 GB the first time."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -qq "pip>=25.1"
	$(PIP) -e '.[all]'
	@touch $@

.venv/test: .venv/run
	$(PIP) --group test -e '.[all]' -e './plugins/napari-rdkit-nn[all]'
	@touch $@

.venv/bench: .venv/run benchmarks/requirements.txt
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/python -m pip install -qq "pip>=25.1"
	.venv/bench/bin/python -m pip install -qq -c constraints.txt -e . -r benchmarks/requirements.txt
	@touch $@
