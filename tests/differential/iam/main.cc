// Generated IAM cases decided by the library and by @cloud-copilot/iam-simulate, and compared.
//
//   iam_differential generate CASES SEED > cases.jsonl
//   node simulate.mjs NODE_MODULES < cases.jsonl > answers.txt
//   iam_differential compare cases.jsonl answers.txt
//
// generate writes the allow list's examples first. compare exits 1 when an answer differs that no
// entry of the allow list touches, when an entry's example does not differ any more, or when the
// entries together touch 2 % of the cases or more.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"
#include "tests/differential/iam/allow_list.h"
#include "tests/differential/iam/cases.h"
#include "tests/vectors/iam_case.h"

namespace whomay::differential {
namespace {

int Generate(int cases, uint32_t seed) {
  for (const Known& known : AllowList()) {
    std::cout << known.example << '\n';
  }
  CaseGenerator generator(seed);
  for (int i = 0; i < cases; ++i) {
    std::cout << generator.Next() << '\n';
  }
  return 0;
}

struct Counts {
  int cases = 0, touched = 0, excused = 0, unexplained = 0, stale = 0;
  std::map<std::string_view, int> outcomes;
  std::map<std::string_view, std::pair<int, int>> entries;  // touched, of these different
};

void CompareOne(const std::string& line, const std::string& judged, size_t example,
                Counts& counts) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId id = sources.Add("case", line);
  const syntax::Tree tree =
      syntax::ParseJson(sources, {id, 0, static_cast<uint32_t>(line.size())}, diagnostics);
  const syntax::Value root = tree.root();
  const std::string_view answer = root ? iam_case::Decide(root) : "unreadable";
  const bool differs = answer != judged;
  if (example < AllowList().size()) {
    const Known& known = AllowList()[example];
    if (!differs || !known.touches(root)) {
      ++counts.stale;
      std::cout << "stale: " << known.name << ": both say " << answer << '\n';
    }
    return;
  }
  ++counts.cases;
  ++counts.outcomes[answer];
  bool touched = false;
  for (const Known& known : AllowList()) {
    if (known.touches(root)) {
      touched = true;
      auto& [all, different] = counts.entries[known.name];
      ++all;
      different += differs;
    }
  }
  counts.touched += touched;
  counts.excused += touched && differs;
  if (differs && !touched && ++counts.unexplained <= 20) {
    std::cout << "library " << answer << ", judge " << judged << ": " << line << '\n';
  }
}

int Compare(const char* cases_path, const char* answers_path) {
  std::ifstream cases(cases_path), answers(answers_path);
  if (!cases || !answers) {
    std::cerr << "iam_differential: cannot read " << cases_path << " or " << answers_path << '\n';
    return 2;
  }
  Counts counts;
  std::string line, judged;
  for (size_t i = 0; std::getline(cases, line); ++i) {
    if (!std::getline(answers, judged)) {
      std::cerr << "iam_differential: fewer answers than cases\n";
      return 2;
    }
    CompareOne(line, judged, i, counts);
  }
  for (const auto& [outcome, count] : counts.outcomes) {
    std::printf("  %-18s %7d\n", std::string(outcome).c_str(), count);
  }
  for (const auto& [name, count] : counts.entries) {
    std::printf("  allow-listed %-36s %6d cases, %5d differ\n", std::string(name).c_str(),
                count.first, count.second);
  }
  const double share = counts.cases == 0 ? 0 : 100.0 * counts.touched / counts.cases;
  std::printf("%d cases, %d unexplained differences, %d stale entries, %.2f %% excluded\n",
              counts.cases, counts.unexplained, counts.stale, share);
  return counts.unexplained > 0 || counts.stale > 0 || share >= 2.0 ? 1 : 0;
}

}  // namespace
}  // namespace whomay::differential

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "generate") == 0) {
    return whomay::differential::Generate(std::atoi(argv[2]),
                                          static_cast<uint32_t>(std::atoi(argv[3])));
  }
  if (argc == 4 && std::strcmp(argv[1], "compare") == 0) {
    return whomay::differential::Compare(argv[2], argv[3]);
  }
  std::cerr << "usage: iam_differential generate CASES SEED | compare CASES ANSWERS\n";
  return 2;
}
