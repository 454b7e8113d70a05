#include "query/diff_grid.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/glob_classes.h"
#include "base/strings.h"
#include "facts/hole.h"

namespace whomay::query {
namespace {

constexpr uint32_t kNoText = 0xFFFFFFFF;

std::string_view ServiceOf(std::string_view lower_action) {
  return lower_action.substr(0, lower_action.find(':'));
}

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool IsOpen(std::string_view text) { return HasWildcard(text) || facts::HasHole(text); }

// A text that the pattern covers: its shortest.
std::string Witness(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c != '*') {
      text += c == '?' ? 'x' : c;
    }
  }
  return text;
}

// Of actions that no statement names the services of: any one serves, these are well known.
constexpr std::string_view kOtherServices[] = {"s3", "ec2", "sqs", "dynamodb", "sns"};

Glob GlobOfCode(std::string_view code) {
  Glob glob;
  for (const char& c : code) {
    if (c == Glob::kStar) {
      glob.AppendStar();
    } else if (c == Glob::kAny) {
      glob.AppendAny();
    } else {
      glob.AppendLiteral(std::string_view(&c, 1));
    }
  }
  return glob;
}

}  // namespace

DiffGrid::DiffGrid(std::vector<GridStatement> statements, std::string_view account,
                   std::string_view partition, const std::vector<std::string>& accounts,
                   const data::AwsActions& catalogue)
    : statements_(std::move(statements)), account_(account), partition_(partition) {
  IndexTexts(accounts);
  AddActions(catalogue);
}

uint32_t DiffGrid::FindAction(std::string_view text) const {
  const auto found = action_ids_.find(AsciiLower(text));
  return found == action_ids_.end() ? kNoText : found->second;
}

uint32_t DiffGrid::FindResource(std::string_view text) const {
  const auto found = resource_ids_.find(std::string(text));
  return found == resource_ids_.end() ? kNoText : found->second;
}

void DiffGrid::IndexTexts(const std::vector<std::string>& accounts) {
  const auto intern = [](std::string key, std::string_view text, auto& ids, auto& texts) {
    const auto [at, added] = ids.try_emplace(std::move(key), static_cast<uint32_t>(texts.size()));
    if (added) {
      texts.emplace_back(text);
    }
    return at->second;
  };
  intern("*", "*", action_ids_, action_texts_);
  intern("*", "*", resource_ids_, resource_texts_);
  std::set<uint32_t> guesses;
  for (const GridStatement& statement : statements_) {
    std::vector<uint32_t>& actions = actions_of_.emplace_back();
    for (const std::string& action : statement.actions) {
      actions.push_back(intern(AsciiLower(action), action, action_ids_, action_texts_));
    }
    std::vector<uint32_t>& resources = resources_of_.emplace_back();
    for (size_t i = 0; i < statement.resources.size(); ++i) {
      resources.push_back(
          intern(statement.resources[i], statement.resources[i], resource_ids_, resource_texts_));
      if (i < statement.guesses.size() && statement.guesses[i] != 0) {
        guesses.insert(resources.back());
      }
    }
  }
  for (const std::string& account : accounts) {
    if (accounts.size() > 1 && !account.empty() && !facts::HasHole(account)) {
      const std::string text = Concat({"arn:*:*:*:", account, ":*"});
      account_texts_.push_back(intern(text, text, resource_ids_, resource_texts_));
    }
  }
  // Rows and exceptions may be about whole services.
  std::set<std::string> services;
  for (const std::string& text : action_texts_) {
    const size_t colon = text.find(':');
    if (colon != std::string::npos && !IsOpen(std::string_view(text).substr(0, colon))) {
      services.insert(text.substr(0, colon));
    }
  }
  for (const std::string& service : services) {
    intern(AsciiLower(service) + ":*", service + ":*", action_ids_, action_texts_);
  }
  for (const std::string& text : action_texts_) {
    const std::string lower = AsciiLower(text);
    const std::string_view service = ServiceOf(lower);
    const bool open = IsOpen(service) || lower.find(':') == std::string::npos;
    action_patterns_.push_back({open ? std::string() : std::string(service), Glob(lower)});
  }
  covered_.resize(action_texts_.size());
  for (uint32_t i = 0; i < resource_texts_.size(); ++i) {
    const iam::ArnPattern arn(resource_texts_[i], false, iam::ArnPattern::Where::kResource);
    Pattern& pattern = patterns_.emplace_back();
    pattern.everything = arn.everything;
    pattern.valid = arn.valid;
    pattern.guess = guesses.contains(i);
    if (!arn.unsplit.empty()) {
      pattern.unsplit = true;
      pattern.whole = std::string(arn.unsplit.front().glob().code());
    } else if (arn.parts.size() == 6) {
      for (size_t part = 0; part < 6; ++part) {
        pattern.parts[part] = std::string(arn.parts[part].glob().code());
      }
    } else if (!arn.everything) {
      pattern.valid = false;
    }
  }
}

// Every known action that a candidate covers, of the services that any statement names, and of one
// more; and what stands for patterns that cover no known one.
void DiffGrid::AddActions(const data::AwsActions& catalogue) {
  std::set<std::string> named;
  std::set<uint32_t> wanted;
  for (size_t s = 0; s < statements_.size(); ++s) {
    for (const uint32_t text : actions_of_[s]) {
      if (!action_patterns_[text].service.empty()) {
        named.insert(action_patterns_[text].service);
      }
    }
    if (statements_[s].candidate) {
      const bool inverted = statements_[s].statement->not_action ||
                            statements_[s].statement->actions_open || actions_of_[s].empty();
      if (inverted) {
        wanted.insert(0);  // "*"
      } else {
        wanted.insert(actions_of_[s].begin(), actions_of_[s].end());
      }
      if (!statements_[s].service.empty() && inverted) {
        named.insert(statements_[s].service);
      }
    }
  }
  std::set<std::string> services, others;
  std::vector<std::string> witnesses;
  for (const uint32_t text : wanted) {
    const ActionPattern& pattern = action_patterns_[text];
    if (!pattern.service.empty()) {
      services.insert(pattern.service);
      const data::AwsService* known = catalogue.FindService(pattern.service);
      const bool covers =
          known != nullptr &&
          std::any_of(known->actions.begin(), known->actions.end(), [&](const auto& action) {
            return pattern.glob.MatchOpen(AsciiLower(action.FullName())) != Tri::kFalse;
          });
      if (!covers) {
        witnesses.push_back(Witness(action_texts_[text]));
      }
      continue;
    }
    const std::string lower = AsciiLower(action_texts_[text]);
    const Glob service(ServiceOf(lower));
    for (const std::string& one : named) {
      if (service.MatchOpen(one) != Tri::kFalse) {
        services.insert(one);
      }
    }
    const auto other = [&](const auto& list) {
      for (const std::string_view one : list) {
        if (!named.contains(std::string(one)) && service.MatchOpen(one) != Tri::kFalse) {
          services.insert(std::string(one));
          others.insert(std::string(one));
          return true;
        }
      }
      return false;
    };
    if (!other(kOtherServices)) {
      other(catalogue.services());
    }
  }
  for (const std::string& service : services) {
    if (const data::AwsService* known = catalogue.FindService(service)) {
      for (const data::AwsAction& action : known->actions) {
        const std::string name = action.FullName();
        const std::string lower = AsciiLower(name);
        const bool is_wanted = std::any_of(wanted.begin(), wanted.end(), [&](uint32_t text) {
          const ActionPattern& pattern = action_patterns_[text];
          return (pattern.service.empty() || pattern.service == service) &&
                 pattern.glob.MatchOpen(lower) != Tri::kFalse;
        });
        if (is_wanted) {
          AddAction(name, &action, catalogue);
          actions_.back().other = others.contains(service);
        }
      }
    }
  }
  for (std::string& witness : witnesses) {
    if (witness.find(':') != std::string::npos && !facts::HasHole(witness)) {
      AddAction(std::move(witness), nullptr, catalogue);
    }
  }
  whole_.assign(action_texts_.size(), 0);
  for (uint32_t text = 0; text < action_texts_.size(); ++text) {
    whole_[text] = wanted.contains(text) || wanted.contains(0) ? 1 : 0;
    const ActionPattern& pattern = action_patterns_[text];
    const data::AwsService* known = catalogue.FindService(pattern.service);
    if (whole_[text] == 0 && known != nullptr) {
      const auto all = static_cast<size_t>(std::count_if(
          known->actions.begin(), known->actions.end(), [&](const data::AwsAction& action) {
            return pattern.glob.MatchOpen(AsciiLower(action.FullName())) == Tri::kTrue;
          }));
      whole_[text] = all > 0 && all == covered_[text].size() ? 1 : 0;
    }
  }
}

bool DiffGrid::Matches(uint32_t s, std::string_view lower) const {
  const GridStatement& of = statements_[s];
  const std::string_view service = ServiceOf(lower);
  if (!of.service.empty() && of.service != service) {
    return false;
  }
  Tri covered = of.statement->actions_open ? Tri::kUnknown : Tri::kFalse;
  for (const uint32_t text : actions_of_[s]) {
    const ActionPattern& pattern = action_patterns_[text];
    if (pattern.service.empty() || pattern.service == service) {
      covered = Or(covered, pattern.glob.MatchOpen(lower));
    }
  }
  return of.statement->not_action ? covered != Tri::kTrue : covered != Tri::kFalse;
}

// Of the keys that the statements ask about, those that requests for the action never carry.
std::string DiffGrid::AbsentKeys(const std::vector<uint32_t>& matching,
                                 const data::AwsAction* known,
                                 const data::AwsActions& catalogue) const {
  std::set<std::string> absent;
  for (const uint32_t s : matching) {
    for (const facts::Condition& condition : statements_[s].statement->source->conditions) {
      if (known != nullptr && !facts::HasHole(condition.key) &&
          catalogue.MayCarry(*known, condition.key) == Tri::kFalse) {
        absent.insert(AsciiLower(condition.key));
      }
    }
  }
  std::string text;
  for (const std::string& key : absent) {
    text += "~" + key;
  }
  return text;
}

void DiffGrid::AddAction(std::string name, const data::AwsAction* known,
                         const data::AwsActions& catalogue) {
  const std::string lower = AsciiLower(name);
  const std::string_view service = ServiceOf(lower);
  std::vector<uint32_t> matching;
  std::string key(service);
  for (uint32_t s = 0; s < statements_.size(); ++s) {
    if (Matches(s, lower)) {
      matching.push_back(s);
      key += '|';
      key += std::to_string(s);
    }
  }
  const bool no_resource = known != nullptr && known->wildcard_only() &&
                           data::EvaluatedArn(known->service->prefix, known->name).empty();
  key += no_resource ? "!" : "";
  key += AbsentKeys(matching, known, catalogue);
  if (service == "sts") {
    key += lower;  // each has rules of its own
  }
  const auto [at, added] = class_ids_.try_emplace(key, static_cast<uint32_t>(classes_.size()));
  if (added) {
    Class& of = classes_.emplace_back();
    of.action = name;
    of.no_resource = no_resource;
    AddSamples(of, matching, known);
  }
  const auto id = static_cast<uint32_t>(actions_.size());
  for (uint32_t text = 0; text < action_texts_.size(); ++text) {
    const ActionPattern& pattern = action_patterns_[text];
    if ((pattern.service.empty() || pattern.service == service) &&
        pattern.glob.MatchOpen(lower) == Tri::kTrue) {
      covered_[text].push_back(id);
    }
  }
  actions_.push_back({std::move(name), at->second, false});
}

void DiffGrid::AddSamples(Class& of, const std::vector<uint32_t>& matching,
                          const data::AwsAction* known) {
  std::vector<uint32_t> patterns;
  for (const uint32_t s : matching) {
    for (const uint32_t text : resources_of_[s]) {
      patterns.push_back(text);
    }
  }
  patterns.insert(patterns.end(), account_texts_.begin(), account_texts_.end());
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  of.texts = patterns;
  if (of.texts.empty() || of.texts.front() != 0) {
    of.texts.insert(of.texts.begin(), 0);  // "*"
  }
  if (of.no_resource) {
    of.samples.push_back({"*", {0}, false, false, false});
  } else {
    // A resource that no pattern knows: of a type that the action takes.
    const std::string lower = AsciiLower(of.action);
    std::string shape = Concat({"arn:", partition_, ":", ServiceOf(lower), ":*:*:*"});
    if (known != nullptr) {
      const std::vector<std::string> shapes = data::ResourcePatterns(*known);
      if (!shapes.empty()) {
        shape = shapes.front();
      }
    }
    std::array<std::string, 6> generic;
    size_t part = 0;
    for (const char c : shape) {
      if (c == ':' && part < 5) {
        ++part;
      } else {
        generic[part] += c;
      }
    }
    if (IsOpen(generic[1])) {
      generic[1] = partition_.empty() ? "aws" : partition_;
    }
    if (IsOpen(generic[3])) {
      generic[3] = "us-east-1";
    }
    if (IsOpen(generic[4])) {
      generic[4] = account_;
    }
    std::string name;
    for (const char c : generic[5]) {
      name += c == '*' ? std::string("any") : std::string(1, c == '?' ? 'x' : c);
    }
    generic[5] = name;
    Combine(patterns, generic, of);
  }
  for (Sample& sample : of.samples) {
    for (const uint32_t s : matching) {
      const bool inverted = statements_[s].statement->not_resource ||
                            statements_[s].statement->resources_open || resources_of_[s].empty();
      const bool covers =
          inverted ||
          std::any_of(resources_of_[s].begin(), resources_of_[s].end(), [&](uint32_t text) {
            return std::binary_search(sample.resources.begin(), sample.resources.end(), text);
          });
      sample.candidate = sample.candidate || (covers && statements_[s].candidate);
      sample.given = sample.given || (covers && statements_[s].gives);
    }
  }
}

// One class a part, combined; one sample for each set of patterns.
void DiffGrid::Combine(const std::vector<uint32_t>& patterns,
                       const std::array<std::string, 6>& generic, Class& of) {
  std::vector<uint32_t> split;
  for (const uint32_t text : patterns) {
    const Pattern& pattern = patterns_[text];
    if (pattern.valid && !pattern.everything && !pattern.unsplit) {
      split.push_back(text);
    }
  }
  const std::string star(1, Glob::kStar);
  std::array<GlobClasses, 6> classes;
  bool complete = true;
  for (size_t i = 0; i < 6 && complete; ++i) {
    std::vector<GlobCode> globs;
    for (const uint32_t text : split) {
      globs.push_back({patterns_[text].parts[i], false});
    }
    globs.push_back({generic[i], false});
    classes[i] = ClassesOf(globs, {}, i < 5 ? ":" : "");
    complete = classes[i].complete;
    // Where nothing but stars match, the generic text stands for all.
    std::erase_if(classes[i].all, [&](const GlobClass& one) {
      if (i == 5 || one.Has(split.size())) {
        return false;
      }
      for (size_t p = 0; p < split.size(); ++p) {
        if (one.Has(p) && globs[p].code != star) {
          return false;
        }
      }
      return true;
    });
  }
  struct Partial {
    std::vector<uint64_t> members;
    std::string text;
  };
  const size_t words = (split.size() + 64) / 64;
  std::vector<Partial> partials = {{std::vector<uint64_t>(words, ~uint64_t{0}), ""}};
  for (size_t i = 0; i < 6 && complete; ++i) {
    std::vector<Partial> next;
    std::set<std::vector<uint64_t>> seen;
    // The generic text first, so that what no pattern knows is called so.
    std::stable_sort(classes[i].all.begin(), classes[i].all.end(),
                     [&](const GlobClass& a, const GlobClass& b) {
                       return a.Has(split.size()) > b.Has(split.size());
                     });
    for (const Partial& partial : partials) {
      for (const GlobClass& one : classes[i].all) {
        std::vector<uint64_t> members(words);
        for (size_t w = 0; w < words; ++w) {
          members[w] = partial.members[w] & one.members[w];
        }
        members[split.size() / 64] &= ~(uint64_t{1} << (split.size() % 64));
        if (!seen.insert(members).second) {
          continue;
        }
        next.push_back(
            {std::move(members), Concat({partial.text, i == 0 ? "" : ":",
                                         one.Has(split.size()) ? generic[i] : one.witness})});
      }
    }
    complete = next.size() <= kMaxDiffSamples;
    partials = std::move(next);
  }
  const auto add = [&](std::string arn, const std::vector<uint32_t>& members) {
    Sample sample;
    sample.arn = std::move(arn);
    sample.resources = members;
    for (const uint32_t text : patterns) {
      if (patterns_[text].everything) {
        sample.resources.push_back(text);
      }
    }
    sample.resources.push_back(0);
    std::sort(sample.resources.begin(), sample.resources.end());
    sample.resources.erase(std::unique(sample.resources.begin(), sample.resources.end()),
                           sample.resources.end());
    sample.guess = std::any_of(members.begin(), members.end(),
                               [&](uint32_t text) { return patterns_[text].guess; });
    of.samples.push_back(std::move(sample));
  };
  if (complete) {
    for (Partial& partial : partials) {
      std::vector<uint32_t> members;
      for (size_t p = 0; p < split.size(); ++p) {
        if ((partial.members[p / 64] >> (p % 64) & 1) != 0) {
          members.push_back(split[p]);
        }
      }
      add(std::move(partial.text), members);
    }
  } else {
    limited_ = true;
    for (const uint32_t text : split) {
      add(Witness(resource_texts_[text]), {text});
    }
    add(Join(std::vector<std::string>(generic.begin(), generic.end()), ":"), {});
  }
  for (const uint32_t text : patterns) {
    if (!patterns_[text].valid || !patterns_[text].unsplit) {
      continue;
    }
    std::string arn;
    for (const char c : patterns_[text].whole) {
      arn += c == Glob::kStar || c == Glob::kAny ? 'x' : c;
    }
    std::vector<uint32_t> members;
    for (const uint32_t other : patterns) {
      if (patterns_[other].valid && patterns_[other].unsplit &&
          GlobOfCode(patterns_[other].whole).MatchOpen(arn) == Tri::kTrue) {
        members.push_back(other);
      }
    }
    add(std::move(arn), members);
  }
}

}  // namespace whomay::query
