#include "tests/vectors/replay.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"

namespace whomay::replay {
namespace {

const std::map<std::string_view, Answer>& Formats() {
  static const std::map<std::string_view, Answer> formats = {
#ifdef WHOMAY_REPLAY_YAML
      {"yaml", ReplayYaml},
#endif
#ifdef WHOMAY_REPLAY_RBAC_AUTHORIZE
      {"rbac-authorize", ReplayRbacAuthorize},
#endif
#ifdef WHOMAY_REPLAY_RBAC_VALIDATE
      {"rbac-validate", ReplayRbacValidate},
#endif
#ifdef WHOMAY_REPLAY_RBAC_COVERS
      {"rbac-covers", ReplayRbacCovers},
#endif
#ifdef WHOMAY_REPLAY_RBAC_AGGREGATE
      {"rbac-aggregate", ReplayRbacAggregate},
#endif
#ifdef WHOMAY_REPLAY_KUBERNETES
      {"kubernetes", ReplayKubernetes},
#endif
#ifdef WHOMAY_REPLAY_AWS_AUTH
      {"aws-auth", ReplayAwsAuth},
#endif
#ifdef WHOMAY_REPLAY_IAM
      {"iam", ReplayIam},
#endif
  };
  return formats;
}

int Usage() {
  std::cerr
      << "usage: whomay-replay FORMAT FILE|- [--group G]... [--corpus DIR] [--show N]\nformats:";
  for (const auto& [name, answer] : Formats()) {
    std::cerr << ' ' << name;
  }
  std::cerr << '\n';
  return 2;
}

struct Arguments {
  std::string format, file;
  std::set<std::string, std::less<>> groups;
  Options options;
  int show = 20;
};

bool Parse(int argc, char** argv, Arguments& arguments) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool takes_value = word == "--group" || word == "--corpus" || word == "--show";
    if (!takes_value) {
      words.push_back(word);
    } else if (++i == argc) {
      return false;
    } else if (word == "--group") {
      arguments.groups.insert(argv[i]);
    } else if (word == "--corpus") {
      arguments.options.corpus = argv[i];
    } else {
      arguments.show = std::atoi(argv[i]);
    }
  }
  if (words.size() != 2) {
    return false;
  }
  arguments.format = words[0];
  arguments.file = words[1];
  return true;
}

int Run(const Arguments& arguments) {
  const auto format = Formats().find(arguments.format);
  if (format == Formats().end()) {
    return Usage();
  }
  std::ifstream file;
  if (arguments.file != "-") {
    file.open(arguments.file, std::ios::binary);
    if (!file) {
      std::cerr << "whomay-replay: cannot read " << arguments.file << '\n';
      return 2;
    }
  }
  std::istream& in = arguments.file == "-" ? std::cin : file;
  Outcome all;
  struct Count {
    int passed = 0, failed = 0, skipped = 0;
  };
  std::map<std::string, Count> by_group;
  int shown = 0;
  std::string line;
  while (std::getline(in, line)) {
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    const auto size = static_cast<uint32_t>(line.size());
    const source::FileId id = sources.Add("line", line);
    const syntax::Tree tree = syntax::ParseJson(sources, {id, 0, size}, diagnostics);
    const syntax::Value root = tree.root();
    const std::string group(root.Get("group").text());
    if (!arguments.groups.empty() && arguments.groups.count(group) == 0) {
      continue;
    }
    Outcome outcome;
    if (root) {
      outcome = format->second(root, arguments.options);
    } else {
      outcome.failed = 1;
      outcome.differences.push_back("line does not parse: " + (diagnostics.all().empty()
                                                                   ? std::string("?")
                                                                   : diagnostics.all()[0].message));
    }
    for (const std::string& difference : outcome.differences) {
      if (shown++ < arguments.show) {
        std::cout << root.Get("id").text() << " [" << group << "] " << difference << '\n';
      }
    }
    if (outcome.skipped > 0) {
      std::cout << "skipped (yaml.undecided): " << root.Get("id").text() << '\n';
    }
    all.passed += outcome.passed;
    all.failed += outcome.failed;
    all.skipped += outcome.skipped;
    Count& count = by_group[group];
    count.passed += outcome.passed;
    count.failed += outcome.failed;
    count.skipped += outcome.skipped;
  }
  for (const auto& [group, count] : by_group) {
    if (by_group.size() > 1) {
      std::printf("  %-36s %6d passed %6d failed %6d skipped\n", group.c_str(), count.passed,
                  count.failed, count.skipped);
    }
  }
  std::printf("%d passed, %d failed, %d skipped\n", all.passed, all.failed, all.skipped);
  return all.failed > 0 ? 1 : 0;
}

}  // namespace
}  // namespace whomay::replay

int main(int argc, char** argv) {
  whomay::replay::Arguments arguments;
  if (!whomay::replay::Parse(argc, argv, arguments)) {
    return whomay::replay::Usage();
  }
  return whomay::replay::Run(arguments);
}
