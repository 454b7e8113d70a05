// Decisions and who-may questions of the RBAC engine: time and allocations.
//
// Worlds and requests are those of compare/kubernetes; the folder of manifests is left out here.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <new>

#include "benchmarks/compare/kubernetes/worlds.h"

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

constexpr size_t kQuestions = 10'000;
constexpr uint64_t kSeed = 20240601;

World& WorldOf(int64_t number) {
  static std::map<int64_t, std::unique_ptr<World>> worlds;
  std::unique_ptr<World>& world = worlds[number];
  if (world == nullptr) {
    world = number == 0   ? Bootstrap()
            : number == 1 ? Generated("synthetic", kSynthetic, kSeed)
            : number == 2 ? Generated("biggest", kBiggest, kSeed)
                          : Generated("tenfold", kTenfold, kSeed);
  }
  return *world;
}

struct Prepared {
  std::vector<Question> questions;
  std::vector<rbac::Identity> identities;
  std::vector<rbac::ResolvedIdentity> resolved;
  std::vector<rbac::ResolvedRequest> requests;
};

const Prepared& PreparedOf(World& world, Kind kind) {
  static std::map<std::pair<const World*, Kind>, Prepared> all;
  Prepared& prepared = all[{&world, kind}];
  if (prepared.questions.empty()) {
    prepared.questions = Draw(world, kind, kQuestions, kSeed);
    for (const Question& question : prepared.questions) {
      prepared.identities.push_back({question.username, question.groups});
      prepared.resolved.push_back(world.policy.Resolve(prepared.identities.back()));
      prepared.requests.push_back(world.policy.Resolve(question.request));
    }
  }
  return prepared;
}

void Label(benchmark::State& state, const World& world, Kind kind, uint64_t before) {
  state.SetLabel(world.name + ", " + std::string(Name(kind)));
  state.SetItemsProcessed(state.iterations());
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocations - before) /
                         static_cast<double>(std::max<int64_t>(1, state.iterations())));
}

void AuthorizeByIds(benchmark::State& state) {
  World& world = WorldOf(state.range(0));
  const Kind kind = static_cast<Kind>(state.range(1));
  const Prepared& prepared = PreparedOf(world, kind);
  size_t i = 0;
  const uint64_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        world.policy.Authorize(prepared.resolved[i], prepared.requests[i]).allowed);
    i = i + 1 == prepared.questions.size() ? 0 : i + 1;
  }
  Label(state, world, kind, before);
}

void AuthorizeStrings(benchmark::State& state) {
  World& world = WorldOf(state.range(0));
  const Kind kind = static_cast<Kind>(state.range(1));
  const Prepared& prepared = PreparedOf(world, kind);
  size_t i = 0;
  const uint64_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        world.policy.Authorize(prepared.identities[i], prepared.questions[i].request).allowed);
    i = i + 1 == prepared.questions.size() ? 0 : i + 1;
  }
  Label(state, world, kind, before);
}

void WhoMay(benchmark::State& state) {
  World& world = WorldOf(state.range(0));
  const Kind kind = static_cast<Kind>(state.range(1));
  const Prepared& prepared = PreparedOf(world, kind);
  size_t i = 0, rows = 0;
  const uint64_t before = allocations;
  for (auto _ : state) {
    rows += world.policy.Grantees(world.policy.Resolve(prepared.questions[i].request)).size();
    i = i + 1 == prepared.questions.size() ? 0 : i + 1;
  }
  Label(state, world, kind, before);
  state.counters["rows"] =
      static_cast<double>(rows) / static_cast<double>(std::max<int64_t>(1, state.iterations()));
}

void Index(benchmark::State& state) {
  World& world = WorldOf(state.range(0));
  for (auto _ : state) {
    world.Finish();
  }
  state.SetLabel(world.name);
}

void Each(benchmark::internal::Benchmark* benchmark) {
  for (int64_t world = 0; world < 4; ++world) {
    for (int64_t kind = 0; kind < 3; ++kind) {
      benchmark->Args({world, kind});
    }
  }
}

BENCHMARK(AuthorizeByIds)->Apply(Each);
BENCHMARK(AuthorizeStrings)->Apply(Each);
BENCHMARK(WhoMay)->Apply(Each);
BENCHMARK(Index)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whomay::benchmarks

BENCHMARK_MAIN();
