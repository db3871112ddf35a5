.PHONY: check test format docs

check: ## all that the gate runs
	ruff check . && ruff format --check . && mypy && plangraph format --check && pytest

test:
	pytest

format: ## the house form of code and data
	ruff format . && ruff check --fix . && plangraph format

docs: ## the made pages and the site of the documentation, in out/docs
	python docs/make.py && mkdocs build
