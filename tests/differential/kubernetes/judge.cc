#include "tests/differential/kubernetes/judge.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include "base/strings.h"
#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/policy.h"
#include "syntax/json.h"

namespace whomay::differential {
namespace {

// A folder that goes away again.
class Scratch {
 public:
  Scratch() {
    std::string pattern = std::filesystem::temp_directory_path() / "whomay-differential-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string File(std::string_view name) const { return Concat({path_, "/", name}); }

 private:
  std::string path_;
};

std::string Quoted(const std::string& word) { return Concat({"'", word, "'"}); }

// A tree of one line of JSON, with what it refers to.
struct Parsed {
  explicit Parsed(const std::string& line) {
    const source::FileId file = sources.Add("line", line);
    tree = syntax::ParseJson(sources, {file, 0, static_cast<uint32_t>(line.size())}, diagnostics);
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  syntax::Tree tree;
};

rbac::Identity Caller(const Ask& ask, std::string& username) {
  std::vector<std::string_view> groups(ask.groups.begin(), ask.groups.end());
  switch (ask.caller) {
    case Ask::Caller::kAnonymous:
      username = "system:anonymous";
      break;
    case Ask::Caller::kServiceAccount:
      username = Concat({"system:serviceaccount:", ask.account_space, ":", ask.user});
      break;
    case Ask::Caller::kUser:
      username = ask.user;
      break;
  }
  return rbac::WithImplicitGroups(username, groups, ask.caller == Ask::Caller::kServiceAccount);
}

Texts Spelled(const std::vector<rbac::Grantee>& grantees) {
  Texts spelled;
  for (const rbac::Grantee& grantee : grantees) {
    if (grantee.decision.allowed != Tri::kTrue) {
      continue;
    }
    switch (grantee.kind) {
      case rbac::Grantee::Kind::kUser:
        spelled.push_back(Concat({"user:", grantee.name}));
        break;
      case rbac::Grantee::Kind::kGroup:
        spelled.push_back(Concat({"group:", grantee.name}));
        break;
      case rbac::Grantee::Kind::kServiceAccount:
        spelled.push_back(Concat({"sa:", grantee.namespace_name, "/", grantee.name}));
        break;
      case rbac::Grantee::Kind::kAnybody:
        break;
    }
  }
  std::sort(spelled.begin(), spelled.end());
  return spelled;
}

bool HasUnknown(const std::vector<rbac::Grantee>& grantees) {
  return std::any_of(grantees.begin(), grantees.end(), [](const rbac::Grantee& grantee) {
    return grantee.decision.allowed == Tri::kUnknown;
  });
}

}  // namespace

bool AskKubernetes(const std::string& program, const std::vector<World>& worlds,
                   std::vector<Answers>& answers) {
  const Scratch scratch;
  {
    std::ofstream out(scratch.File("worlds"), std::ios::binary);
    for (const World& world : worlds) {
      out << ToJson(world) << '\n';
    }
  }
  const std::string command = Concat({Quoted(program), " < ", Quoted(scratch.File("worlds")), " > ",
                                      Quoted(scratch.File("answers"))});
  if (std::system(command.c_str()) != 0) {
    std::cerr << program << " failed\n";
    return false;
  }
  std::ifstream in(scratch.File("answers"), std::ios::binary);
  answers.clear();
  for (std::string line; std::getline(in, line);) {
    const Parsed parsed(line);
    Answers& answer = answers.emplace_back();
    for (const syntax::Value allowed : parsed.tree.root().Get("allow").elements()) {
      answer.allow.push_back(ToTri(allowed.is_true()));
    }
    for (const syntax::Value subjects : parsed.tree.root().Get("who").elements()) {
      Texts& who = answer.who.emplace_back();
      for (const syntax::Value subject : subjects.elements()) {
        who.emplace_back(subject.text());
      }
      std::sort(who.begin(), who.end());
    }
  }
  if (answers.size() != worlds.size()) {
    std::cerr << program << " answered " << answers.size() << " of " << worlds.size()
              << " worlds\n";
    return false;
  }
  return true;
}

Answers AskWhomay(const World& world) {
  const Parsed parsed(ToJson(world));
  facts::Facts facts;
  source::Diagnostics diagnostics;
  for (const syntax::Value object : parsed.tree.root().Get("objects").elements()) {
    ingest::ReadObject(object, ingest::KubernetesOptions(), facts, diagnostics);
  }
  // The Go side takes whatever decodes as stored.
  rbac::PolicyBuilder builder({.count_refused = true, .holes = &facts.holes});
  for (const facts::RbacRole& role : facts.roles) {
    builder.Add(role);
  }
  for (const facts::RbacBinding& binding : facts.bindings) {
    builder.Add(binding);
  }
  const rbac::Policy policy = builder.Build();
  Answers answers;
  for (const Ask& ask : world.asks) {
    std::string username;
    const rbac::Identity identity = Caller(ask, username);
    const rbac::ResolvedRequest request = policy.Resolve(
        {ask.verb, ask.group, ask.resource, ask.subresource, ask.space, ask.name, ask.url});
    answers.allow.push_back(policy.Authorize(policy.Resolve(identity), request).allowed);
    if (world.who) {
      const std::vector<rbac::Grantee> grantees = policy.Grantees(request);
      answers.who.push_back(HasUnknown(grantees) ? Texts{"undetermined"} : Spelled(grantees));
    }
  }
  return answers;
}

int Difference(const World& world, const Answers& kubernetes, const Answers& other) {
  for (size_t i = 0; i < world.asks.size(); ++i) {
    if (other.allow[i] != Tri::kUnknown && other.allow[i] != kubernetes.allow[i]) {
      return static_cast<int>(i);
    }
    if (world.who && other.who[i] != Texts{"undetermined"} && other.who[i] != kubernetes.who[i]) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

namespace {

// Calls `use` with every world that lacks one thing of `world`.
void EachSmaller(const World& world, const std::function<void(World)>& use) {
  const auto without = [&](auto select, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      World smaller = world;
      auto& list = select(smaller);
      list.erase(list.begin() + static_cast<long>(i));
      use(std::move(smaller));
    }
  };
  without([](World& w) -> auto& { return w.objects; }, world.objects.size());
  for (size_t o = 0; o < world.objects.size(); ++o) {
    const Object& object = world.objects[o];
    without([o](World& w) -> auto& { return w.objects[o].rules; }, object.rules.size());
    without([o](World& w) -> auto& { return w.objects[o].subjects; }, object.subjects.size());
    without([o](World& w) -> auto& { return w.objects[o].selectors; }, object.selectors.size());
    without([o](World& w) -> auto& { return w.objects[o].labels; }, object.labels.size());
    for (size_t r = 0; r < object.rules.size(); ++r) {
      for (Texts Rule::* list :
           {&Rule::verbs, &Rule::groups, &Rule::resources, &Rule::names, &Rule::urls}) {
        without([o, r, list](World& w) -> auto& { return w.objects[o].rules[r].*list; },
                (object.rules[r].*list).size());
      }
    }
  }
  without([](World& w) -> auto& { return w.asks[0].groups; }, world.asks[0].groups.size());
}

}  // namespace

World Shrink(const std::string& program, const Side& side, const World& world, int ask) {
  World smallest = world;
  smallest.asks = {world.asks[static_cast<size_t>(ask)]};
  while (true) {
    std::vector<World> candidates;
    EachSmaller(smallest, [&](World smaller) { candidates.push_back(std::move(smaller)); });
    std::vector<Answers> kubernetes;
    if (candidates.empty() || !AskKubernetes(program, candidates, kubernetes)) {
      return smallest;
    }
    size_t i = 0;
    while (i < candidates.size() &&
           Difference(candidates[i], kubernetes[i], side(candidates[i])) < 0) {
      ++i;
    }
    if (i == candidates.size()) {
      return smallest;
    }
    smallest = std::move(candidates[i]);
  }
}

}  // namespace whomay::differential
