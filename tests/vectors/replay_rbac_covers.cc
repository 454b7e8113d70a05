// rbac-covers: the escalation check's Covers(owner, wanted).
#include "base/strings.h"
#include "rbac/covers.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

std::vector<facts::Str> Texts(const syntax::Value& list) {
  std::vector<facts::Str> texts;
  for (const syntax::Value text : list.elements()) {
    texts.push_back(text.text());
  }
  return texts;
}

std::vector<facts::PolicyRule> Rules(const syntax::Value& list) {
  std::vector<facts::PolicyRule> rules;
  for (const syntax::Value value : list.elements()) {
    facts::PolicyRule& rule = rules.emplace_back();
    rule.verbs = Texts(value.Get("verbs"));
    rule.api_groups = Texts(value.Get("apiGroups"));
    rule.resources = Texts(value.Get("resources"));
    rule.resource_names = Texts(value.Get("resourceNames"));
    rule.non_resource_urls = Texts(value.Get("nonResourceURLs"));
  }
  return rules;
}

// A single rule as the recording has it: one verb, one group, …
rbac::Atom ToAtom(const facts::PolicyRule& rule) {
  const auto first = [](const std::vector<facts::Str>& texts) {
    return texts.empty() ? facts::Str() : texts.front();
  };
  rbac::Atom atom;
  atom.verb = first(rule.verbs);
  atom.group = first(rule.api_groups);
  atom.resource = first(rule.resources);
  atom.name = first(rule.resource_names);
  atom.named = !rule.resource_names.empty();
  atom.is_url = !rule.non_resource_urls.empty();
  atom.url = first(rule.non_resource_urls);
  return atom;
}

}  // namespace

Outcome ReplayRbacCovers(const syntax::Value& line, const Options&) {
  Outcome outcome;
  const std::vector<facts::PolicyRule> owner = Rules(line.Get("owner"));
  const std::vector<facts::PolicyRule> wanted = Rules(line.Get("wanted"));
  const rbac::Coverage coverage = rbac::Covers(owner, wanted);
  const std::vector<facts::PolicyRule> expected = Rules(line.Get("uncovered"));
  bool same = coverage.covered == ToTri(line.Get("covers").is_true()) &&
              coverage.undecided.empty() && coverage.uncovered.size() == expected.size();
  for (size_t i = 0; same && i < expected.size(); ++i) {
    same = coverage.uncovered[i] == ToAtom(expected[i]);
  }
  if (same) {
    outcome.passed = 1;
  } else {
    outcome.failed = 1;
    outcome.differences.push_back(Concat({"wanted covers ", line.Get("covers").text(), " with ",
                                          std::to_string(expected.size()), " uncovered, got ",
                                          coverage.covered == Tri::kTrue ? "true" : "false",
                                          " with ", std::to_string(coverage.uncovered.size())}));
  }
  return outcome;
}

}  // namespace whomay::replay
