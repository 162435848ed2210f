# Every command of the project. `make` alone, or `make help`, lists them.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

# The first Python on PATH that the product supports; `make run PYTHON=/path/to/python` takes another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo "$$name" && break; \
	done)

# One more than there are processors, since browsers, kills and disks are waited for. Each worker has a PostgreSQL and a
# browser of its own: more than four gain little.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 2 ? 3 : n > 3 ? 4 : n + 1)))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test lint bench soak screenshots lock clean venv-package

help: ## 列出命令 / this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The launcher is bound to the life of make, as its children are to the launcher's: whichever is killed, all end.
run: $(VENV)/embedded.stamp ## 启动全部，Ctrl-C 结束 / everything in the foreground, until Ctrl-C
	@exec $(BIN)/python -I -S workflow/launcher/child.py $$PPID $(BIN)/zujian run

test: lint ## 检查并运行全部测试 / lint, types and every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/dev.stamp ## 只做静态检查 / lint and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev.stamp ## 测量速度 / speed, beside the floor
	$(BIN)/python -m bench

soak: $(VENV)/dev.stamp ## 长时间随机检验 / long random trials: several hours
	ZUJIAN_HISTORIES=50000 ZUJIAN_VOTED_CASES=200 $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal \
		tests/integration/test_rule_machine.py tests/integration/test_races.py
	$(BIN)/python -m tests.faults soak

screenshots: $(VENV)/dev.stamp ## 重新截图 / the README's pictures
	$(BIN)/python -m tools.screenshots

# Universal, with hashes and without the address of any registry: each file serves every Python from 3.11 on.
UV ?= uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header pyproject.toml

lock: ## 重新锁定依赖（需要 uv）/ lock the dependencies anew (needs uv)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra embedded --output-file requirements-embedded.lock --constraint requirements.lock
	$(COMPILE) --extra embedded --extra dev --output-file requirements-dev.lock --constraint requirements.lock

clean: ## 删除虚拟环境与缓存，保留数据 / remove the environment and caches, keep the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

# A stamp for each lock file, so that a second start installs nothing. The lock is whole, so pip has nothing to resolve:
# let to it, an older pip takes a dependency asked for with an extra in its newest release, and refuses that for want
# of a hash. `pip check` then holds what was installed against what each package asks for.
$(VENV)/%.stamp: requirements-%.lock pyproject.toml | $(BIN)/pip
	@echo "安装依赖 / installing what $< lists ..."
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r $<
	@$(PIP) check
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 至 3.14 / Python 3.11 to 3.14 is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory venv-package
	@$(PYTHON) -m venv $(VENV)

# Debian and Ubuntu keep a part of Python in a package of its own.
venv-package: PACKAGE = $(shell $(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
venv-package:
	@command -v apt-get >/dev/null || { echo "$(PYTHON) 缺少 venv / has no venv" >&2; exit 1; }
	@if [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif sudo -n true 2>/dev/null; then as_root="sudo"; \
	else echo "请先执行 / type this first:  sudo apt-get install $(PACKAGE)" >&2; exit 1; fi; \
	$$as_root apt-get update -qq && $$as_root apt-get install -y -qq $(PACKAGE)
