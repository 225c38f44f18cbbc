# Thin: the work is in scripts/ and CMake. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help demo build test check format pages bench clang asan tsan tidy fuzz nightly coverage clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build  ## decompose SmolLM2-135M on the built-in data; writes report.html
	@scripts/fetch-model demo >/dev/null
	build/release/partwise demo

build:  ## install what is missing (Debian 12) and build build/release/partwise
	@scripts/setup build demo
	@scripts/build release partwise

test:  ## build and run every test
	@scripts/setup build demo test
	@scripts/test release

check:  ## format, include direction, shell scripts
	@scripts/setup check
	@scripts/check

format:  ## rewrite C++ sources in the project's format
	@scripts/setup check
	@scripts/check-format --fix

pages:  ## the pages of a study and of readers in headless Chromium: console, figures, numbers
	@scripts/setup build demo pages
	@scripts/build release partwise
	ctest --test-dir build/release --output-on-failure -R '^report.pages$$'

bench:  ## speed of operations, of fits, and of a decomposition, beside oneDNN's best product
	@scripts/setup build demo
	@scripts/build release bench_ops bench_fits bench_decompose
	@scripts/bench

clang:  ## build everything with clang, and run the tests of what it may compile otherwise
	@scripts/setup build demo clang
	@scripts/build clang
	@scripts/test clang base tensor ops

asan:  ## the tests under the address and undefined-behaviour sanitizers
	@scripts/setup build demo test
	@scripts/test asan

tsan:  ## the tests under the thread sanitizer
	@scripts/setup build demo test
	@scripts/test tsan

tidy:  ## clang-tidy over src/
	@scripts/setup build tidy
	@scripts/tidy

fuzz:  ## every parser under libFuzzer, FUZZ_SECONDS (60) each
	@scripts/setup build fuzz
	@scripts/fuzz

nightly:  ## what takes hours: all sanitizers, clang-tidy, ten minutes of fuzzing each, goldens made anew
	@scripts/setup build demo test clang tidy fuzz
	@scripts/nightly

coverage:  ## line coverage of the tests
	@scripts/setup build demo coverage
	@scripts/coverage

clean:  ## remove everything that was built
	rm -rf build
