# Everything a developer or a district does with a checkout. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Outside the checkout and shared by all checkouts, so that a fresh clone does not build the world again.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/geokontor
export CARGO_TARGET_DIR ?= $(CACHE)/target
# A DATABASE_URL is where the server works. No build may connect there to check a query.
export SQLX_OFFLINE := true

# Handed on to the program that a target runs, as in: make test ARGS='--test api hydrants'
ARGS ?=

.PHONY: help run test setup build web types check smoke browser bench conformance audit clean-cluster deb

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: setup web ## install, start the private database (unless DATABASE_URL is set), build, serve on 127.0.0.1:8080
	@url="$${DATABASE_URL:-$$(scripts/cluster start)}" && \
	DATABASE_URL="$$url" exec cargo run --release --locked -- serve --demo-if-empty $(ARGS)

test: setup web ## install, start the throw-away database (unless TEST_DATABASE_URL is set), run all tests
	@url="$${TEST_DATABASE_URL:-$$(scripts/cluster --name test start && scripts/cluster --name test sweep)}" && \
	TEST_DATABASE_URL="$$url" cargo test --locked $(ARGS)
	@scripts/web test

setup: ## install what is missing; only looks when nothing is
	@scripts/setup

build: setup web ## build the release binary
	cargo build --release --locked

deb: setup web ## make a Debian package for this release of the distribution; needs cargo-deb
	@cargo deb --version >/dev/null 2>&1 || { echo 'deb: cargo-deb is missing: cargo install --locked cargo-deb' >&2; exit 1; }
	cargo deb --locked --deb-revision "1+$$(. /etc/os-release && echo "$$ID$$VERSION_ID")" $(ARGS)

web: setup ## build the pages for crews into web/dist; only looks when nothing changed
	@scripts/web

types: setup web ## after a change of what the API answers: write the types of the pages anew
	@url="$${TEST_DATABASE_URL:-$$(scripts/cluster --name test start)}" && \
	TEST_DATABASE_URL="$$url" INSTA_UPDATE=always cargo test --locked --test api -- operations::types
	@scripts/web types

check: setup web ## formatting, types and lints, warnings as errors
	@scripts/web check
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

smoke: setup web ## start the test build's binary on an empty database and ask it the first questions
	@scripts/smoke

browser: setup web ## test the pages in a browser, on the test build's binary; screenshots go to tests/browser/artefacts
	@scripts/browser $(ARGS)

bench: setup web ## measure the hot paths, whole-server runs, then the crew map in a browser; ARGS=--quick for a shorter one
	cargo bench --locked --bench paths -- $(ARGS)
	@scripts/bench $(ARGS)
	@scripts/bench-browser $(ARGS)

conformance: setup web ## run the standards' own test suites
	@scripts/conformance

audit: ## licences, sources and known faults of the dependencies, by cargo-deny
	cargo deny check $(ARGS)

clean-cluster: ## delete the throw-away database; with DATA=yes also the private one and all its data
	@scripts/cluster --name test destroy
	@if [[ '$(DATA)' == yes ]]; then scripts/cluster destroy --yes; fi
