# Two commands for everybody: `make demo` and `make test`. All targets are thin over CMakePresets.json,
# which works without them: cmake --preset dev && cmake --build --preset dev && ctest --preset dev.

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 60
export CMAKE_BUILD_PARALLEL_LEVEL = $(JOBS)
export CTEST_PARALLEL_LEVEL = $(JOBS)

.PHONY: demo test asan tidy fuzz differential bench format newcomer clean help

help:
	@echo 'make demo          install what is missing, build the command, ask the bundled example'
	@echo 'make test          install what is missing, build everything, run every test'
	@echo 'make asan          the C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make tidy          clang-format and clang-tidy (clang 19)'
	@echo 'make fuzz          every fuzzer for FUZZ_SECONDS (60) seconds'
	@echo 'make differential  second implementations against the first, on generated input'
	@echo 'make bench         the benchmarks'
	@echo 'make format        clang-format over the C++ files, in place'
	@echo 'make newcomer      make demo from a clone inside a minimal Debian (root, 1 GB)'

demo:
	cmake/install-packages.sh demo
	cmake --preset demo --log-level=WARNING
	cmake --build --preset demo
	@examples/demo.sh build/demo/whomay

test:
	cmake/install-packages.sh demo test
	cmake --preset release
	cmake --build --preset release
	ctest --preset release

asan:
	cmake/install-packages.sh demo test
	cmake --preset asan
	cmake --build --preset asan
	ctest --preset asan

tidy:
	cmake/install-packages.sh demo clang
	cmake/format.sh --check
	cmake --preset tidy
	cmake --build --preset tidy

fuzz:
	cmake/install-packages.sh demo clang
	cmake --preset fuzz
	cmake --build --preset fuzz
	cmake/fuzz.sh build/fuzz $(FUZZ_SECONDS)

differential:
	cmake/install-packages.sh demo test
	cmake --preset release
	cmake --build --preset release
	ctest --preset differential

bench:
	cmake/install-packages.sh demo bench
	cmake --preset bench
	cmake --build --preset bench
	cmake/bench.sh build/bench

format:
	cmake/install-packages.sh clang
	cmake/format.sh

newcomer:
	cmake/install-packages.sh newcomer
	cmake/newcomer.sh

clean:
	rm -rf build
