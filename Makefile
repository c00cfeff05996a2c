# Clube Digital. `make` lists what there is to do; each recipe is a few lines, the rest is in scripts/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test build check format bench end2end prepare tools clean

# Every recipe agrees with the scripts on versions, folders and PATH.
env := source scripts/env &&

# What a release build is made of. Folders count too: a deleted file is a change.
sources := Cargo.toml Cargo.lock rust-toolchain.toml package-lock.json scripts/env scripts/build \
	$(shell find kernel tenancy club app server frontend migrations style public -not -path '*/tests/*' 2>/dev/null)

help: ## list the commands
	@sed -nE 's/^([a-z0-9]+):.*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

run: build ## build, start with a demo on http://localhost:8033; ARGS="--addr 127.0.0.1:9000" goes to `clube serve`
	@CLUBE_ENV="$${CLUBE_ENV:-development}" exec target/release/clube serve --demo $(ARGS)

build: tools target/release/clube ## target/release/clube, which runs from any folder

target/release/clube: $(sources)
	@scripts/build --release

test: ## every check and test, browsers included
	@scripts/test

check: ## the quick ones: format, both halves compile, query descriptions are fresh
	@scripts/tools sqlx
	@$(env) cargo fmt --all --check
	@$(env) cargo check --all-targets
	@$(env) cargo check -p frontend --target wasm32-unknown-unknown --target-dir "$$CARGO_TARGET_DIR/front"
	@scripts/prepare --check

format: ## cargo fmt
	@$(env) cargo fmt --all

bench: ## speed, beside pgbench on the same server where that says more; fails when a floor is missed
	@scripts/tools
	@$(env) scripts/with-postgres --durable cargo bench -p tenancy --features testing
	@$(env) scripts/with-postgres --durable cargo bench -p club --features ssr --no-fail-fast

end2end: ## the journeys alone; ARGS goes to Playwright, for example ARGS="--project wasm -g sign"
	@scripts/tools browser
	@scripts/build
	@scripts/journeys $(ARGS)

prepare: ## after changing SQL: describe the queries again, in tenancy/.sqlx and club/.sqlx
	@scripts/prepare

tools:
	@scripts/tools

clean: ## forget this checkout's builds and demo data (the shared cache stays)
	@# Started by root, PostgreSQL's files may lie elsewhere.
	@elsewhere=$$(readlink .data/postgres || true); [[ $$elsewhere != /var/lib/clube-digital/* ]] || rm -rf "$$elsewhere"
	rm -rf target node_modules .data
