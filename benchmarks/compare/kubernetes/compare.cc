// kubernetes-compare JUDGE MANIFESTS [SECONDS]: Kubernetes' authorizer and whomay over the same
// worlds.
//
// JUDGE is the Go program of judge/, MANIFESTS a folder of manifests. For each world both sides
// answer the same lists of distinct requests, one after the other in this run, and the answers are
// compared; exit status 1 if any differs. Nothing is cached between requests. "by ids": identity
// and request resolved beforehand; "from strings": as Kubernetes takes them.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <new>

#include "base/strings.h"
#include "benchmarks/compare/kubernetes/worlds.h"
#include "syntax/json.h"

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

constexpr uint64_t kSeed = 20240601;

// Processor time, as the judge counts it: a busy machine does not count.
double Used() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e9 + static_cast<double>(used.tv_nsec);
}

struct Measured {
  double nanoseconds = 0;
  double allocations = 0;
};

// Median of five; each goes through the list until a fifth of the time is over.
template <typename Ask>
Measured Measure(size_t count, double seconds, const Ask& ask) {
  std::vector<double> times;
  Measured measured;
  for (int i = 0; i < 5; ++i) {
    size_t asked = 0;
    const uint64_t before = allocations;
    const double start = Used();
    while (asked == 0 || Used() - start < seconds * 1e9 / 5) {
      for (size_t q = 0; q < count; ++q) {
        ask(q);
      }
      asked += count;
    }
    times.push_back((Used() - start) / static_cast<double>(asked));
    measured.allocations = static_cast<double>(allocations - before) / static_cast<double>(asked);
  }
  std::sort(times.begin(), times.end());
  measured.nanoseconds = times[2];
  return measured;
}

template <typename T>
void Keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

// What the judge said of one list.
struct Judged {
  double authorize = 0, who = 0;
  std::string allow;
  std::vector<size_t> subjects;
};

std::vector<Judged> AskJudge(const std::string& judge, const World& world,
                             const std::vector<std::vector<Question>>& lists, double seconds) {
  std::string folder = std::filesystem::temp_directory_path() / "whomay-compare-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    return {};
  }
  {
    std::ofstream out(folder + "/world", std::ios::binary);
    Write(world, lists, out);
  }
  const int status = std::system(Concat({"'", judge, "' '", folder, "/world' ",
                                         std::to_string(seconds), " > '", folder, "/answers'"})
                                     .c_str());
  std::ifstream in(folder + "/answers", std::ios::binary);
  std::string line;
  std::getline(in, line);
  std::filesystem::remove_all(folder);
  std::vector<Judged> judged;
  if (status != 0) {
    return judged;
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId file = sources.Add("answers", line);
  const syntax::Tree tree =
      syntax::ParseJson(sources, {file, 0, static_cast<uint32_t>(line.size())}, diagnostics);
  for (const syntax::Value list : tree.root().Get("lists").elements()) {
    Judged& one = judged.emplace_back();
    one.authorize = std::stod(std::string(list.Get("authorize_ns").text()));
    one.who = std::stod(std::string(list.Get("who_ns").text()));
    one.allow = list.Get("allow").text();
    for (const syntax::Value count : list.Get("who").elements()) {
      one.subjects.push_back(std::stoul(std::string(count.text())));
    }
  }
  return judged;
}

// Prints the rows of one list; how many answers differ.
size_t CompareList(const World& world, Kind kind, const std::vector<Question>& questions,
                   const Judged& judged, double seconds) {
  const rbac::Policy& policy = world.policy;
  std::vector<rbac::Identity> identities;
  std::vector<rbac::ResolvedIdentity> resolved;
  std::vector<rbac::ResolvedRequest> requests;
  size_t differ = 0, allowed = 0, rows = 0;
  for (size_t i = 0; i < questions.size(); ++i) {
    identities.push_back({questions[i].username, questions[i].groups});
    resolved.push_back(policy.Resolve(identities.back()));
    requests.push_back(policy.Resolve(questions[i].request));
    const bool allow = policy.Authorize(resolved[i], requests[i]).allowed == Tri::kTrue;
    const size_t subjects = policy.Grantees(requests[i]).size();
    allowed += allow;
    rows += subjects;
    differ += allow != (judged.allow[i] == '1') || subjects != judged.subjects[i];
  }
  const size_t count = questions.size();
  const Measured ids = Measure(
      count, seconds, [&](size_t i) { Keep(policy.Authorize(resolved[i], requests[i]).allowed); });
  const Measured strings = Measure(count, seconds, [&](size_t i) {
    Keep(policy.Authorize(identities[i], questions[i].request).allowed);
  });
  const Measured who = Measure(count, seconds, [&](size_t i) {
    Keep(policy.Grantees(policy.Resolve(questions[i].request)).size());
  });
  const std::string name(Name(kind));
  const auto row = [&](const char* question, double kubernetes, const Measured& whomay) {
    std::printf("| %-10s | %-15s | %-22s | %12.0f | %9.1f | %7.0f | %5.2f |\n", world.name.c_str(),
                name.c_str(), question, kubernetes, whomay.nanoseconds,
                kubernetes / whomay.nanoseconds, whomay.allocations);
  };
  row("authorize by ids", judged.authorize, ids);
  row("authorize from strings", judged.authorize, strings);
  row("who may", judged.who, who);
  std::printf(
      "|  | | %zu requests, %zu allowed, %.1f subjects an answer, %zu answers differ | | | | |\n",
      count, allowed, static_cast<double>(rows) / static_cast<double>(count), differ);
  std::fflush(stdout);
  return differ;
}

size_t CompareWorld(World& world, size_t count, const std::string& judge, double seconds) {
  constexpr Kind kKinds[] = {Kind::kClusterBinding, Kind::kRoleBinding, Kind::kDenied};
  std::vector<std::vector<Question>> lists;
  for (const Kind kind : kKinds) {
    lists.push_back(Draw(world, kind, count, kSeed));
  }
  const Measured index = Measure(1, seconds, [&](size_t) { world.Finish(); });
  std::printf("| %-10s | index           | %zu roles, %zu bindings | | %.1f ms | | |\n",
              world.name.c_str(), world.facts.roles.size(), world.facts.bindings.size(),
              index.nanoseconds / 1e6);
  const std::vector<Judged> judged = AskJudge(judge, world, lists, seconds);
  if (judged.size() != lists.size()) {
    std::cerr << judge << " failed on " << world.name << '\n';
    return 1;
  }
  size_t differ = 0;
  for (size_t i = 0; i < lists.size(); ++i) {
    differ += CompareList(world, kKinds[i], lists[i], judged[i], seconds);
  }
  return differ;
}

int Run(const std::string& judge, const std::string& manifests, double seconds) {
  std::printf(
      "| world | requests | question | Kubernetes ns | whomay ns | times | allocations |\n"
      "|---|---|---|---|---|---|---|\n");
  size_t differ = 0;
  differ += CompareWorld(*Bootstrap(), 2000, judge, seconds);
  if (std::filesystem::is_directory(manifests)) {
    differ += CompareWorld(*Manifests(manifests), 2000, judge, seconds);
  } else {
    std::printf("SKIPPED: no folder of manifests at %s\n", manifests.c_str());
  }
  differ += CompareWorld(*Generated("synthetic", kSynthetic, kSeed), 2000, judge, seconds);
  differ += CompareWorld(*Generated("biggest", kBiggest, kSeed), 2000, judge, seconds);
  differ += CompareWorld(*Generated("tenfold", kTenfold, kSeed), 200, judge, seconds);
  return differ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace whomay::benchmarks

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: kubernetes-compare JUDGE MANIFESTS [SECONDS]\n";
    return 2;
  }
  return whomay::benchmarks::Run(argv[1], argv[2], argc > 3 ? std::strtod(argv[3], nullptr) : 1);
}
