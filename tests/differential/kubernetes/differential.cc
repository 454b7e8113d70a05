// kubernetes-differential PROGRAM [--requests N] [--seed S] [--mistakes]
//
// Puts generated worlds to Kubernetes' own authorizer (PROGRAM, made from authorize/) and to
// whomay. Any difference is shrunk, printed and fails. With --mistakes also every planted mistake
// of naive.h must be found by the same requests. Exit status: 0 agreed, 1 differences, 2 could not
// be asked.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "tests/differential/kubernetes/generator.h"
#include "tests/differential/kubernetes/judge.h"
#include "tests/differential/kubernetes/naive.h"

namespace whomay::differential {
namespace {

constexpr size_t kRequestsPerWorld = 50;
constexpr size_t kWorldsPerRun = 500;  // of the Go program

struct Arguments {
  std::string program;
  uint64_t requests = 100'000;
  uint64_t seed = 1;
  bool mistakes = false;
  std::string plant;
};

struct Found {
  uint64_t worlds = 0;
  uint64_t requests = 0;
};

struct Tally {
  uint64_t requests = 0;
  uint64_t allowed = 0;
  uint64_t undetermined = 0;
  uint64_t who = 0;
  double kubernetes_seconds = 0;
  double whomay_seconds = 0;
  std::vector<Found> mistakes{static_cast<size_t>(Mistake::kCount)};
};

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

// The naive evaluator with one mistake in whomay's place.
Answers AskWrongly(const World& world, Mistake mistake) {
  Answers answers = AskWhomay(world);
  const std::vector<bool> wrong = AnswerNaively(world, mistake);
  for (size_t i = 0; i < wrong.size(); ++i) {
    answers.allow[i] = ToTri(wrong[i]);
  }
  return answers;
}

void Print(const World& world, const Answers& kubernetes, const Answers& whomay) {
  std::cout << ToJson(world) << "\n  Kubernetes: " << (kubernetes.allow[0] == Tri::kTrue)
            << ", whomay: " << (whomay.allow[0] == Tri::kTrue) << '\n';
  if (world.who) {
    for (const auto& [side, answers] :
         {std::pair("Kubernetes", &kubernetes), std::pair("whomay", &whomay)}) {
      std::cout << "  " << side << " who:";
      for (const std::string& subject : answers->who[0]) {
        std::cout << ' ' << subject;
      }
      std::cout << '\n';
    }
  }
}

void ReportDifference(const std::string& program, const Side& side, const World& world, int ask) {
  const World smallest = Shrink(program, side, world, ask);
  std::vector<Answers> kubernetes;
  std::cout << "DIFFERENCE in world " << world.id << ", request " << ask << ", shrunk to\n";
  if (AskKubernetes(program, {smallest}, kubernetes)) {
    Print(smallest, kubernetes[0], side(smallest));
  }
}

void CountMistakes(const World& world, const Answers& kubernetes, const Answers& whomay,
                   Tally& tally) {
  for (size_t m = 0; m < tally.mistakes.size(); ++m) {
    const std::vector<bool> answers = AnswerNaively(world, static_cast<Mistake>(m));
    uint64_t wrong = 0;
    for (size_t i = 0; i < answers.size(); ++i) {
      wrong += whomay.allow[i] != Tri::kUnknown && ToTri(answers[i]) != kubernetes.allow[i];
    }
    tally.mistakes[m].worlds += wrong > 0;
    tally.mistakes[m].requests += wrong;
  }
}

// Whether all found mistakes were found, and none where there is none.
bool ReportMistakes(const Tally& tally) {
  bool good = true;
  std::cout << "planted mistakes (worlds, requests that show them):\n";
  for (size_t m = 0; m < tally.mistakes.size(); ++m) {
    const bool none = m == 0;
    const bool right = (tally.mistakes[m].requests == 0) == none;
    good = good && right;
    std::cout << (right ? "  " : "! ") << Name(static_cast<Mistake>(m)) << ": "
              << tally.mistakes[m].worlds << ", " << tally.mistakes[m].requests << '\n';
  }
  return good;
}

Side SideOf(const Arguments& arguments) {
  if (arguments.plant.empty()) {
    return AskWhomay;
  }
  size_t m = 0;
  while (m < static_cast<size_t>(Mistake::kCount) &&
         Name(static_cast<Mistake>(m)) != arguments.plant) {
    ++m;
  }
  return [m](const World& world) { return AskWrongly(world, static_cast<Mistake>(m)); };
}

int Run(const Arguments& arguments) {
  const Side side = SideOf(arguments);
  Tally tally;
  int differences = 0;
  uint64_t number = 0;
  while (tally.requests < arguments.requests) {
    std::vector<World> worlds;
    for (size_t i = 0;
         i < kWorldsPerRun && tally.requests + i * kRequestsPerWorld < arguments.requests; ++i) {
      worlds.push_back(Generate(arguments.seed, number++, kRequestsPerWorld));
    }
    auto start = std::chrono::steady_clock::now();
    std::vector<Answers> kubernetes;
    if (!AskKubernetes(arguments.program, worlds, kubernetes)) {
      return 2;
    }
    tally.kubernetes_seconds += Seconds(start);
    for (size_t i = 0; i < worlds.size(); ++i) {
      start = std::chrono::steady_clock::now();
      const Answers whomay = side(worlds[i]);
      tally.whomay_seconds += Seconds(start);
      tally.requests += worlds[i].asks.size();
      tally.who += whomay.who.size();
      for (size_t ask = 0; ask < worlds[i].asks.size(); ++ask) {
        tally.allowed += kubernetes[i].allow[ask] == Tri::kTrue;
        tally.undetermined += whomay.allow[ask] == Tri::kUnknown;
      }
      const int ask = Difference(worlds[i], kubernetes[i], whomay);
      if (ask >= 0 && ++differences <= 5) {
        ReportDifference(arguments.program, side, worlds[i], ask);
      }
      if (arguments.mistakes) {
        CountMistakes(worlds[i], kubernetes[i], whomay, tally);
      }
    }
  }
  std::cout << tally.requests << " requests in " << number << " worlds, " << tally.allowed
            << " allowed, " << tally.undetermined << " without a single result, " << tally.who
            << " asked who; " << differences << " worlds differ\n"
            << "Kubernetes took " << tally.kubernetes_seconds << " s, whomay "
            << tally.whomay_seconds << " s (worlds read and compiled included)\n";
  const bool bites = !arguments.mistakes || ReportMistakes(tally);
  return differences == 0 && bites ? 0 : 1;
}

}  // namespace
}  // namespace whomay::differential

int main(int argc, char** argv) {
  whomay::differential::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--mistakes") == 0) {
      arguments.mistakes = true;
    } else if (std::strcmp(argv[i], "--plant") == 0 && i + 1 < argc) {
      arguments.plant = argv[++i];
    } else if (std::strcmp(argv[i], "--requests") == 0 && i + 1 < argc) {
      arguments.requests = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
      arguments.seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      arguments.program = argv[i];
    }
  }
  if (arguments.program.empty()) {
    std::cerr << "usage: kubernetes-differential PROGRAM [--requests N] [--seed S] [--mistakes] "
                 "[--plant MISTAKE]\n";
    return 2;
  }
  return whomay::differential::Run(arguments);
}
