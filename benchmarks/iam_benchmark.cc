// Decisions of the IAM engine: time and allocations, over a thousand distinct requests a world.
//
// Worlds are those of compare/iam_simulate, which runs them beside iam-simulate's core.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <new>

#include "benchmarks/compare/iam_simulate/worlds.h"
#include "iam/atoms.h"
#include "iam/region.h"

namespace {
std::atomic<uint64_t> allocations{0};
}  // namespace

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size);
  if (memory == nullptr) {
    std::abort();
  }
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace whomay::benchmarks {
namespace {

const CompiledWorld& WorldOf(size_t number) {
  static std::map<size_t, std::unique_ptr<CompiledWorld>> worlds;
  std::unique_ptr<CompiledWorld>& world = worlds[number];
  if (world == nullptr) {
    world = std::make_unique<CompiledWorld>(IamWorlds()[number]);
  }
  return *world;
}

// Per decision.
void Count(benchmark::State& state, uint64_t before, int64_t decisions) {
  state.SetItemsProcessed(decisions);
  state.counters["allocations"] =
      static_cast<double>(allocations.load() - before) / static_cast<double>(decisions);
}

void Decisions(benchmark::State& state) {
  const CompiledWorld& world = WorldOf(static_cast<size_t>(state.range(0)));
  state.SetLabel(world.world().name);
  iam::Workspace workspace;
  int64_t decisions = 0;
  const uint64_t before = allocations.load();
  for (auto _ : state) {
    const iam::Request& request =
        world.requests()[static_cast<size_t>(decisions++) % world.requests().size()];
    benchmark::DoNotOptimize(iam::Evaluate(request, world.layers(), workspace));
  }
  Count(state, before, decisions);
}
BENCHMARK(Decisions)->DenseRange(0, 3);

// Every key open: the residual as a formula, read into conditions.
void Residuals(benchmark::State& state) {
  const CompiledWorld& world = WorldOf(static_cast<size_t>(state.range(0)));
  state.SetLabel(world.world().name);
  const iam::Context open;
  int64_t decisions = 0;
  const uint64_t before = allocations.load();
  for (auto _ : state) {
    iam::Request request =
        world.requests()[static_cast<size_t>(decisions++) % world.requests().size()];
    request.context = &open;
    iam::Workspace workspace;
    const iam::Result result = iam::Evaluate(request, world.layers(), workspace);
    benchmark::DoNotOptimize(iam::Decide(result.allowed, workspace));
  }
  Count(state, before, decisions);
}
BENCHMARK(Residuals)->Arg(2)->Arg(3);

// "On at least one resource", decided over the patterns.
void AnyResource(benchmark::State& state) {
  const CompiledWorld& world = WorldOf(static_cast<size_t>(state.range(0)));
  state.SetLabel(world.world().name);
  iam::ResourceQuestion question;
  question.shapes = {"arn:*:*:*:*:*", "arn:*:*:*::*"};
  question.decision_only = true;
  int64_t decisions = 0;
  const uint64_t before = allocations.load();
  iam::Workspace workspace;
  for (auto _ : state) {
    const iam::Request& request =
        world.requests()[static_cast<size_t>(decisions++) % world.requests().size()];
    benchmark::DoNotOptimize(iam::EvaluateRegion(request, world.layers(), question, workspace));
  }
  Count(state, before, decisions);
}
BENCHMARK(AnyResource)->Arg(0)->Arg(1)->Arg(3);

// JSON text to compiled policies, the whole world.
void Compiling(benchmark::State& state) {
  const IamWorld world = IamWorlds()[static_cast<size_t>(state.range(0))];
  state.SetLabel(world.name);
  IamWorld policies = world;
  policies.requests.clear();
  for (auto _ : state) {
    CompiledWorld compiled(policies);
    benchmark::DoNotOptimize(compiled.layers());
  }
}
BENCHMARK(Compiling)->Arg(1)->Arg(3);

}  // namespace
}  // namespace whomay::benchmarks
