#include "iam/region.h"

#include <algorithm>
#include <set>

#include "base/glob_classes.h"
#include "base/strings.h"
#include "iam/logic.h"
#include "iam/matcher.h"

namespace whomay::iam {
namespace {

using Bits = std::vector<uint64_t>;

// A resource to be evaluated in place of its class.
struct Sample {
  std::string arn;
  bool generic = false;  // its class has any number of members
};

class Region {
 public:
  Region(const Request& request, const Layers& layers, const ResourceQuestion& question)
      : request_(request), layers_(layers), question_(question), matcher_(request, nullptr) {}

  // False if there are too many classes.
  bool Collect();
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  // Six globs, as codes.
  struct Pattern {
    std::array<std::string, 6> parts;
    bool literal = true;
  };

  void AddSet(const PolicySet& set);
  void AddPattern(const ArnPattern& pattern);
  void AddShapes();
  void AddUnsplit();
  bool Combine();

  const Request& request_;
  const Layers& layers_;
  const ResourceQuestion& question_;
  Matcher matcher_;
  std::vector<Pattern> patterns_;
  std::vector<Pattern> shapes_;
  std::vector<std::string> unsplit_;  // codes of patterns that begin with a hole
  std::vector<Sample> samples_;
};

void Region::AddPattern(const ArnPattern& pattern) {
  if (pattern.everything || !pattern.valid) {
    return;
  }
  const auto code = [this](const Template& text, std::string& to) {
    if (!text.has_variable()) {
      to = std::string(text.glob().code());
      return true;
    }
    const Matcher::Resolved resolved = matcher_.Resolve(text);
    to = std::string(resolved.glob.code());
    return resolved.kind != Matcher::Resolved::Kind::kNoValue;
  };
  if (!pattern.unsplit.empty()) {
    std::string whole;
    if (code(pattern.unsplit.front(), whole)) {
      unsplit_.push_back(std::move(whole));
    }
    return;
  }
  Pattern added;
  for (size_t i = 0; i < 6; ++i) {
    if (!code(pattern.parts[i], added.parts[i])) {
      return;  // a variable without a value: matches nothing
    }
    added.literal = added.literal && added.parts[i].find_first_of("\xFB\xFC") == std::string::npos;
  }
  patterns_.push_back(std::move(added));
}

void Region::AddSet(const PolicySet& set) {
  for (const Policy* policy : set.policies) {
    matcher_.set_holes(policy->holes());
    policy->ForService(matcher_.service_hash(), [&](uint32_t index) {
      const Statement& statement = policy->statements()[index];
      if (matcher_.Action(statement) != kNo) {
        for (const ArnPattern& pattern : statement.resources) {
          AddPattern(pattern);
        }
      }
    });
  }
}

void Region::AddShapes() {
  const std::string any(1, Glob::kStar);
  const std::string_view partition = SplitArn(request_.caller.arn).partition();
  std::vector<std::string> texts = question_.shapes;
  if (texts.empty()) {
    texts = {"arn:*:*:*:*:*", "arn:*:*:*::*"};
  }
  for (const std::string& text : texts) {
    const ArnPattern shape(text, false, ArnPattern::Where::kResource);
    if (shape.parts.size() != 6) {
      continue;
    }
    Pattern added;
    for (size_t i = 0; i < 6; ++i) {
      added.parts[i] = std::string(shape.parts[i].glob().code());
    }
    // The caller's own partition and the account in question.
    if (added.parts[1] == any && !partition.empty() && !facts::HasHole(partition)) {
      added.parts[1] = std::string(partition);
    }
    if (added.parts[4] == any && !matcher_.resource_account().empty()) {
      added.parts[4] = std::string(matcher_.resource_account());
    }
    shapes_.push_back(std::move(added));
  }
}

// Every combination of one class a part that some shape admits; one sample for each set of
// patterns.
bool Region::Combine() {
  const size_t count = patterns_.size() + shapes_.size();
  std::array<GlobClasses, 6> classes;
  for (size_t i = 0; i < 6; ++i) {
    std::vector<GlobCode> globs;
    for (const std::vector<Pattern>* const list : {&patterns_, &shapes_}) {
      for (const Pattern& pattern : *list) {
        globs.push_back({pattern.parts[i], false});
      }
    }
    classes[i] = ClassesOf(globs, {}, i < 5 ? ":" : "");
    if (!classes[i].complete) {
      return false;
    }
    // Parts that no shape takes lead nowhere.
    std::erase_if(classes[i].all, [&](const GlobClass& one) {
      for (size_t s = patterns_.size(); s < count; ++s) {
        if (one.Has(s)) {
          return false;
        }
      }
      return true;
    });
  }
  struct Partial {
    Bits members;
    std::string text;
  };
  const size_t words = (count + 63) / 64;
  std::vector<Partial> partials = {{Bits(words, ~uint64_t{0}), ""}};
  for (size_t i = 0; i < 6; ++i) {
    std::vector<Partial> next;
    std::set<Bits> seen;
    for (const Partial& partial : partials) {
      for (const GlobClass& one : classes[i].all) {
        Bits members(words);
        for (size_t w = 0; w < words; ++w) {
          members[w] = partial.members[w] & one.members[w];
        }
        bool shaped = false;
        for (size_t s = patterns_.size(); s < count && !shaped; ++s) {
          shaped = (members[s / 64] >> (s % 64) & 1) != 0;
        }
        if (!shaped || !seen.insert(members).second) {
          continue;
        }
        if (next.size() >= kMaxRegionClasses) {
          return false;
        }
        next.push_back(
            {std::move(members), Concat({partial.text, i == 0 ? "" : ":", one.witness})});
      }
    }
    partials = std::move(next);
  }
  for (Partial& partial : partials) {
    bool generic = true;
    for (size_t p = 0; p < patterns_.size() && generic; ++p) {
      generic = !patterns_[p].literal || (partial.members[p / 64] >> (p % 64) & 1) == 0;
    }
    samples_.push_back({std::move(partial.text), generic});
  }
  return true;
}

// Of a pattern that begins with a hole (a resource whose ARN is not known yet): the shortest text
// that it matches, if the end of it fits a shape.
void Region::AddUnsplit() {
  for (const std::string& code : unsplit_) {
    std::string text;
    for (const char c : code) {
      c == Glob::kStar || c == Glob::kAny ? text += 'x' : text += c;
    }
    const size_t colon = text.rfind(':');
    const std::string_view tail = std::string_view(text).substr(colon == text.npos ? 0 : colon + 1);
    const bool fits = std::any_of(shapes_.begin(), shapes_.end(), [&](const Pattern& shape) {
      Glob last;
      for (const char c : shape.parts[5]) {
        c == Glob::kStar  ? last.AppendStar()
        : c == Glob::kAny ? last.AppendAny()
                          : last.AppendLiteral(std::string_view(&c, 1));
      }
      return last.MatchOpen(tail) != Tri::kFalse;
    });
    if (fits) {
      samples_.push_back({std::move(text), false});
    }
  }
}

bool Region::Collect() {
  AddSet(layers_.identity);
  AddSet(layers_.resource);
  if (layers_.has_boundary) {
    AddSet(layers_.boundary);
  }
  if (layers_.has_session_policy) {
    AddSet(layers_.session);
  }
  for (const std::span<const PolicySet> levels : {layers_.scps, layers_.rcps}) {
    for (const PolicySet& level : levels) {
      AddSet(level);
    }
  }
  AddShapes();
  if (!Combine()) {
    return false;
  }
  AddUnsplit();
  return true;
}

// The Resource texts that grant the sample.
void AddPatterns(const Request& request, const PolicySet& set, std::set<std::string>& patterns) {
  Matcher matcher(request, nullptr);
  for (const Policy* policy : set.policies) {
    matcher.set_holes(policy->holes());
    policy->ForService(matcher.service_hash(), [&](uint32_t index) {
      const Statement& statement = policy->statements()[index];
      if (statement.effect == facts::Statement::Effect::kDeny || matcher.Action(statement) == kNo ||
          matcher.Resource(statement, policy->on()) == kNo ||
          matcher.Conditions(statement) == kNo) {
        return;
      }
      if (statement.not_resource || statement.resources.empty()) {
        patterns.insert("*");
        return;
      }
      for (const ArnPattern& pattern : statement.resources) {
        if (matcher.OneResource(pattern) != kNo) {
          patterns.insert(std::string(pattern.text));
        }
      }
    });
  }
}

}  // namespace

RegionAnswer EvaluateRegion(const Request& request, const Layers& layers,
                            const ResourceQuestion& question, Workspace& workspace) {
  Request asked = request;
  asked.no_resource = false;
  asked.resource = "";
  RegionAnswer answer;
  const bool any = question.over == ResourceQuestion::Over::kAny;
  const Formula settled = any ? kYes : kNo;
  Logic logic(&workspace);
  Region region(asked, layers, question);
  if (!region.Collect()) {
    answer.result.allowed = Formula::kLimit;
    return answer;
  }
  if (asked.resource_account.empty()) {
    asked.resource_account = request.caller.account;
  }
  Formula combined = any ? kNo : kYes;
  std::set<std::string> patterns;
  bool first = true;
  for (const Sample& sample : region.samples()) {
    asked.resource = sample.arn;
    asked.generic_resource = sample.generic;
    Result result = Evaluate(asked, layers, workspace);
    combined = any ? logic.Or(combined, result.allowed) : logic.And(combined, result.allowed);
    // The strongest of the classes (of kEvery the weakest) stands for all.
    const bool better = any ? result.allowed != kNo && answer.result.allowed != kYes
                            : result.allowed != kYes && answer.result.allowed != kNo;
    const bool nearer = any && result.allowed == kNo && answer.result.allowed == kNo &&
                        result.reason < answer.result.reason;
    if (first || better || nearer) {
      answer.result = result;
      first = false;
    }
    if (result.allowed != kNo && !question.decision_only) {
      AddPatterns(asked, layers.identity, patterns);
      AddPatterns(asked, layers.resource, patterns);
    }
    if (combined == settled && question.decision_only) {
      break;
    }
  }
  answer.result.allowed = region.samples().empty() ? kNo : combined;
  if (answer.result.allowed != kNo) {
    answer.result.reason = Reason::kNone;
  } else if (answer.result.reason == Reason::kNone) {
    answer.result.reason = Reason::kImplicitDeny;
  }
  for (const std::string& pattern : patterns) {
    if (answer.patterns.size() == kMaxRegionPatterns) {
      answer.more_patterns = true;
      break;
    }
    answer.patterns.push_back(pattern);
  }
  return answer;
}

}  // namespace whomay::iam
