#include "eks/aws_auth_mapper.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"
#include "data/unicode_case.h"
#include "eks/arn_match.h"
#include "eks/username_template.h"

namespace whomay::eks {
namespace {

using facts::AwsAuthEntry;
using facts::HoleId;

// What a section's entries are keyed by: of equal keys the last stands (saveMap in the
// authenticator).
std::string KeyOf(const AwsAuthEntry& entry, bool roles, const std::string& sso) {
  if (!sso.empty()) {
    return sso;
  }
  if (!roles) {
    return std::string(entry.arn);
  }
  return facts::HasHole(entry.arn) ? AsciiLower(entry.arn) : data::GoLower(entry.arn);
}

// The pattern of an `sso` entry up to its star, lower case. The authenticator forgets an explicit
// partition: the pattern is then arn::iam::… and fits nothing.
std::string SsoPrefix(const AwsAuthEntry::Sso& sso) {
  return data::GoLower(Concat({"arn:", sso.partition.empty() ? "aws" : "", ":iam::", sso.account,
                               ":role/AWSReservedSSO_", sso.permission_set, "_"}));
}

}  // namespace

// A caller in the forms in which the sections need it.
struct AwsAuthMapper::Question {
  std::string_view canonical;
  // A role's ARN with its path, which the authenticator never sees; empty where it is `canonical`.
  std::string_view with_path;
  std::string_view account;
  bool holed = false;
  std::string lower;  // without holes: what is compared
  std::string fold;
  TemplateValues values;
};

AwsAuthMapper::Section AwsAuthMapper::Compile(const std::vector<AwsAuthEntry>& entries, bool roles,
                                              bool sso) {
  std::vector<std::pair<std::string, uint32_t>> keys;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const bool by_sso = entries[i].arn.empty() && entries[i].sso.given;
    keys.emplace_back(KeyOf(entries[i], roles, by_sso ? SsoPrefix(entries[i].sso) : ""), i);
  }
  std::sort(keys.begin(), keys.end());
  Section section;
  for (size_t k = 0; k < keys.size(); ++k) {
    if (k + 1 < keys.size() && keys[k + 1].first == keys[k].first) {
      continue;
    }
    const AwsAuthEntry& entry = entries[keys[k].second];
    if (entry.arn.empty() && entry.sso.given) {
      if (sso && entry.sso.partition.empty()) {
        section.sso.emplace_back(keys[k]);
      }
    } else if (facts::HasHole(entry.arn)) {
      section.holed.push_back(keys[k].second);
    } else {
      section.by_fold.emplace_back(data::GoFold(entry.arn), keys[k].second);
    }
  }
  std::sort(section.by_fold.begin(), section.by_fold.end());
  std::sort(section.holed.begin(), section.holed.end());
  return section;
}

AwsAuthMapper::AwsAuthMapper(const facts::AwsAuth& aws_auth, const facts::HoleTable& holes,
                             MapperOptions options)
    : aws_auth_(aws_auth),
      holes_(holes),
      options_(std::move(options)),
      roles_(Compile(aws_auth.roles, true, options_.sso_role_match)),
      users_(Compile(aws_auth.users, false, false)) {}

std::vector<AwsAuthMapper::Match> AwsAuthMapper::MatchSection(
    const Section& section, const std::vector<AwsAuthEntry>& entries,
    const Question& question) const {
  std::vector<Match> matches;
  const auto compare = [&](uint32_t entry) {
    const facts::Str arn = entries[entry].arn;
    // A role with a path is never seen by the ARN that it has.
    const Tri equal = !question.with_path.empty() && arn == question.with_path
                          ? Tri::kFalse
                          : EqualFoldArn(holes_, arn, question.canonical);
    if (equal != Tri::kFalse) {
      matches.push_back({entry, equal});
    }
  };
  if (question.holed) {
    for (const auto& [fold, entry] : section.by_fold) {
      compare(entry);
    }
  } else {
    const auto first = std::lower_bound(section.by_fold.begin(), section.by_fold.end(),
                                        std::pair(question.fold, uint32_t{0}));
    for (auto it = first; it != section.by_fold.end() && it->first == question.fold; ++it) {
      matches.push_back({it->second, Tri::kTrue});
    }
  }
  for (const uint32_t entry : section.holed) {
    compare(entry);
  }
  for (const auto& [prefix, entry] : section.sso) {
    if (question.holed || question.lower.compare(0, prefix.size(), prefix) == 0) {
      matches.push_back({entry, question.holed ? Tri::kUnknown : Tri::kTrue});
    }
  }
  // An earlier entry whose hole turned out to be this very ARN would have lost its key to a later
  // one.
  const auto sure = std::find_if(matches.begin(), matches.end(),
                                 [](const Match& m) { return m.certainty == Tri::kTrue; });
  if (sure != matches.end() &&
      (&entries == &aws_auth_.roles || entries[sure->entry].arn == question.canonical)) {
    const uint32_t last = sure->entry;
    matches.erase(std::remove_if(matches.begin(), matches.end(),
                                 [&](const Match& m) {
                                   return m.certainty == Tri::kUnknown && m.entry < last;
                                 }),
                  matches.end());
  }
  std::sort(matches.begin(), matches.end(),
            [](const Match& a, const Match& b) { return a.entry < b.entry; });
  return matches;
}

std::vector<AwsAuthMapper::Match> AwsAuthMapper::MatchAccounts(std::string_view account) const {
  std::vector<Match> matches;
  Match best{0, Tri::kFalse};
  for (uint32_t i = 0; i < aws_auth_.accounts.size(); ++i) {
    const Tri equal = holes_.Equal(aws_auth_.accounts[i], account);
    if (equal > best.certainty) {
      best = {i, equal};
    }
  }
  if (best.certainty != Tri::kFalse) {
    matches.push_back(best);
  }
  return matches;
}

void AwsAuthMapper::Render(const std::vector<AwsAuthEntry>& entries, const Question& question,
                           Mapping& mapping) const {
  const AwsAuthEntry& entry = entries[mapping.index];
  const auto render = [&](std::string_view text, std::string& out) {
    std::optional<std::string> rendered = RenderTemplate(text, question.values);
    mapping.accepted = mapping.accepted && rendered.has_value();
    mapping.needs_instance_session |= !question.values.session && NeedsInstanceSession(text);
    out = rendered.value_or("");
  };
  render(entry.username, mapping.username);
  for (const facts::Str group : entry.groups) {
    render(group, mapping.groups.emplace_back());
  }
  for (const std::string_view prefix : options_.reserved_prefixes) {
    if (!prefix.empty() && mapping.username.compare(0, prefix.size(), prefix) == 0) {
      mapping.accepted = false;
    }
  }
}

Mappings AwsAuthMapper::Ask(const Question& question) const {
  struct Layer {
    MappedBy by;
    std::vector<Match> matches;
    HoleId open;
  };
  const Layer layers[] = {
      {MappedBy::kRole, MatchSection(roles_, aws_auth_.roles, question), aws_auth_.roles_open},
      {MappedBy::kUser, MatchSection(users_, aws_auth_.users, question), aws_auth_.users_open},
      {MappedBy::kAccount, MatchAccounts(question.account), aws_auth_.accounts_open}};
  Mappings result;
  Tri reached = Tri::kTrue;  // does the authenticator come to this layer?
  HoleId hole = HoleId::kNone;
  for (uint32_t section = 0; section < 3 && reached != Tri::kFalse; ++section) {
    const Layer& layer = layers[section];
    const bool alone = layer.matches.size() == 1 && layer.open == HoleId::kNone;
    Tri any = Tri::kFalse;
    for (const Match& match : layer.matches) {
      Mapping& mapping = result.mappings.emplace_back();
      mapping.by = layer.by;
      mapping.index = match.entry;
      mapping.certainty = And(reached, alone ? match.certainty : Tri::kUnknown);
      any = Or(any, match.certainty);
      if (mapping.certainty == Tri::kUnknown) {
        HoleId own = HoleId::kNone;
        if (match.certainty == Tri::kUnknown) {
          own = layer.by == MappedBy::kAccount
                    ? FirstHole(aws_auth_.accounts[match.entry])
                    : FirstHole(layer.by == MappedBy::kRole ? aws_auth_.roles[match.entry].arn
                                                            : aws_auth_.users[match.entry].arn);
          if (own == HoleId::kNone) {
            own = FirstHole(question.canonical);
          }
        }
        mapping.hole = own != HoleId::kNone ? own : layer.open != HoleId::kNone ? layer.open : hole;
      }
      switch (layer.by) {
        case MappedBy::kRole:
          Render(aws_auth_.roles, question, mapping);
          break;
        case MappedBy::kUser:
          Render(aws_auth_.users, question, mapping);
          break;
        default:
          mapping.username = question.canonical;  // in its own case; no templates, no groups
      }
    }
    // One hole over several sections (`data` as a whole) is one alternative.
    const bool said =
        std::any_of(result.mappings.begin(), result.mappings.end(), [&](const Mapping& other) {
          return other.by == MappedBy::kOpenSection && other.hole == layer.open;
        });
    if (layer.open != HoleId::kNone) {
      any = Or(any, Tri::kUnknown);
    }
    if (layer.open != HoleId::kNone && !said) {
      Mapping& open = result.mappings.emplace_back();
      open.by = MappedBy::kOpenSection;
      open.index = section;
      open.certainty = Tri::kUnknown;
      open.hole = layer.open;
    }
    if (any == Tri::kUnknown && hole == HoleId::kNone) {
      hole = result.mappings.back().hole;
    }
    result.mapped = Or(result.mapped, any);
    reached = And(reached, Not(any));
  }
  return result;
}

Mappings AwsAuthMapper::Find(const Caller& caller) const {
  Question question;
  question.canonical = caller.canonical;
  if (caller.arn != caller.canonical) {
    question.with_path = caller.arn;
  }
  question.account = caller.account;
  question.holed = facts::HasHole(caller.canonical);
  if (!question.holed) {
    question.lower = data::GoLower(caller.canonical);
    question.fold = data::GoFold(question.lower);
  }
  question.values.account = caller.account;
  if (caller.session) {
    question.values.session = *caller.session;
  }
  return Ask(question);
}

std::vector<Mapping> AwsAuthMapper::MapIdentity(const Identity& identity,
                                                const DnsLookup& private_dns_name) const {
  Question question;
  question.canonical = identity.canonical;
  question.account = identity.account;
  question.lower = data::GoLower(identity.canonical);
  question.fold = data::GoFold(question.lower);
  question.values = {identity.account, identity.session, identity.access_key, private_dns_name};
  std::vector<Mapping> answers = Ask(question).mappings;
  // Two refusals are one answer, and so are two mappings to the same user.
  const auto same = [](const Mapping& a, const Mapping& b) {
    return a.accepted == b.accepted && (!a.accepted || std::tie(a.by, a.username, a.groups) ==
                                                           std::tie(b.by, b.username, b.groups));
  };
  std::vector<Mapping> distinct;
  for (Mapping& answer : answers) {
    if (std::none_of(distinct.begin(), distinct.end(),
                     [&](const Mapping& other) { return same(other, answer); })) {
      distinct.push_back(std::move(answer));
    }
  }
  return distinct;
}

}  // namespace whomay::eks
