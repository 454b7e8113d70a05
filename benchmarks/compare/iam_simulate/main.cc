// The worlds of worlds.h, written as cases, or decided and timed by the library.
//
//   iam_compare write DIRECTORY    one NAME.jsonl a world
//   iam_compare time [SECONDS]     one line of JSON a world: decisions a second, how many are
//   allowed
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "benchmarks/compare/iam_simulate/worlds.h"

namespace whomay::benchmarks {
namespace {

int WriteAll(const std::string& directory) {
  for (const IamWorld& world : IamWorlds()) {
    std::ofstream out(directory + "/" + world.name + ".jsonl");
    Write(world, out);
    if (!out) {
      std::cerr << "iam_compare: cannot write into " << directory << '\n';
      return 2;
    }
  }
  return 0;
}

int TimeAll(double seconds) {
  using Clock = std::chrono::steady_clock;
  for (IamWorld& world : IamWorlds()) {
    const CompiledWorld compiled(std::move(world));
    int64_t decisions = 0, allowed = 0;
    const Clock::time_point start = Clock::now();
    double spent = 0;
    while (spent < seconds) {
      for (int round = 0; round < 20; ++round) {
        for (const iam::Request& request : compiled.requests()) {
          allowed += iam::EvaluateQuickly(request, compiled.layers()) == Tri::kTrue;
        }
      }
      decisions += 20 * static_cast<int64_t>(compiled.requests().size());
      spent = std::chrono::duration<double>(Clock::now() - start).count();
    }
    const auto rounds = decisions / static_cast<int64_t>(compiled.requests().size());
    std::printf("{\"world\":\"%s\",\"cases\":%zu,\"allowed\":%lld,\"perSecond\":%.0f}\n",
                compiled.world().name.c_str(), compiled.requests().size(),
                static_cast<long long>(allowed / rounds), static_cast<double>(decisions) / spent);
  }
  return 0;
}

}  // namespace
}  // namespace whomay::benchmarks

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "write") == 0) {
    return whomay::benchmarks::WriteAll(argv[2]);
  }
  if (argc >= 2 && std::strcmp(argv[1], "time") == 0) {
    return whomay::benchmarks::TimeAll(argc > 2 ? std::atof(argv[2]) : 1.0);
  }
  std::cerr << "usage: iam_compare write DIRECTORY | time [SECONDS]\n";
  return 2;
}
