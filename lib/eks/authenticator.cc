#include "eks/authenticator.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "eks/access_entry.h"
#include "eks/arn_match.h"
#include "eks/aws_auth_mapper.h"
#include "eks/username_template.h"

namespace whomay::eks {
namespace {

using facts::AuthenticationMode;
using facts::HoleId;
using facts::Str;
using Via = Outcome::Via;
using Why = Outcome::Why;

// The user of the hidden mapping that EKS gives the creator under CONFIG_MAP.
constexpr std::string_view kCreatorUser = "kubernetes-admin";

// The Node authorizer takes whoever has this user name and group for a node.
bool IsNode(const Outcome& outcome) {
  return outcome.username.rfind("system:node:", 0) == 0 &&
         std::find(outcome.groups.begin(), outcome.groups.end(), "system:nodes") !=
             outcome.groups.end();
}

// ARNs that name principals, looked up by text; those with holes one by one.
struct ByPrincipal {
  std::map<std::string, std::vector<uint32_t>, std::less<>> exact;
  std::map<std::string, std::vector<uint32_t>, std::less<>> without_path;
  std::vector<uint32_t> holed;

  void Add(std::string_view arn, uint32_t i) {
    if (facts::HasHole(arn)) {
      holed.push_back(i);
      return;
    }
    exact[std::string(arn)].push_back(i);
    without_path[WithoutRolePath(arn)].push_back(i);
  }
};

// One way in which a caller may be known, or refused for good.
struct Candidate {
  std::optional<Outcome> outcome;  // nullopt: 401 without a look at anything else
  Tri certainty = Tri::kTrue;
};
// What one mode makes of a caller. `mapped`: does any candidate stand for it?
struct Candidates {
  std::vector<Candidate> all;
  Tri mapped = Tri::kFalse;
};

}  // namespace

struct Authenticator::Compiled {
  explicit Compiled(const ClusterFacts& input);

  Authentication Authenticate(const Caller& caller) const;

  const facts::HoleTable& holes() const { return facts->holes; }
  const facts::AwsAuth* aws_auth() const {
    return given.aws_auth == kNone ? nullptr : &facts->aws_auths[given.aws_auth];
  }

  template <typename Arn>
  std::vector<std::pair<uint32_t, Tri>> Named(const ByPrincipal& index, Arn arn_of,
                                              const Caller& caller) const;
  Tri IsCreator(const Caller& caller) const;
  void AddPolicies(const Caller& caller, Outcome& outcome) const;
  std::optional<Outcome> FromEntry(uint32_t index, const Caller& caller) const;
  std::optional<Outcome> FromType(std::string_view type, const Caller& caller) const;
  Candidates FromApi(const Caller& caller) const;
  void AddImplicit(const Caller& caller, Candidates& candidates) const;
  Candidates FromConfigMap(const Caller& caller, bool creator_mapping) const;
  Candidates ForMode(AuthenticationMode mode, const Caller& caller) const;

  ClusterFacts given;  // its spans are copied below and not read later
  const facts::Facts* facts;
  const facts::Cluster* cluster = nullptr;
  std::vector<uint32_t> access_entries;
  std::vector<uint32_t> node_groups;
  ByPrincipal entries;
  ByPrincipal policies;
  std::optional<AwsAuthMapper> mapper;
};

Authenticator::Compiled::Compiled(const ClusterFacts& input) : given(input), facts(input.facts) {
  if (given.cluster != kNone) {
    cluster = &facts->clusters[given.cluster];
  }
  // One entry a principal: of several records the last stands.
  std::map<Str, uint32_t> last;
  for (const uint32_t i : given.access_entries) {
    if (WhyEntryRefused(facts->access_entries[i]).empty()) {
      last[facts->access_entries[i].principal_arn] = i;
    }
  }
  for (const auto& [arn, i] : last) {
    entries.Add(arn, i);
  }
  access_entries.assign(given.access_entries.begin(), given.access_entries.end());
  for (const uint32_t i : given.access_policies) {
    policies.Add(facts->access_policies[i].principal_arn, i);
  }
  node_groups.assign(given.node_groups.begin(), given.node_groups.end());
  if (aws_auth() != nullptr) {
    mapper.emplace(*aws_auth(), facts->holes);
  }
}

// The records whose principal is, or may be, the caller.
template <typename Arn>
std::vector<std::pair<uint32_t, Tri>> Authenticator::Compiled::Named(const ByPrincipal& index,
                                                                     Arn arn_of,
                                                                     const Caller& caller) const {
  std::vector<std::pair<uint32_t, Tri>> named;
  const auto& map = caller.path_known ? index.exact : index.without_path;
  const std::string& arn = caller.path_known ? caller.arn : caller.canonical;
  if (!facts::HasHole(arn)) {
    if (const auto found = map.find(arn); found != map.end()) {
      for (const uint32_t i : found->second) {
        named.emplace_back(i, Tri::kTrue);
      }
    }
  } else {
    for (const auto& [text, list] : map) {
      const Tri equal = EqualArn(holes(), text, arn);
      for (const uint32_t i : equal == Tri::kFalse ? std::vector<uint32_t>() : list) {
        named.emplace_back(i, equal);
      }
    }
  }
  for (const uint32_t i : index.holed) {
    const Tri equal = EqualArn(holes(), arn_of(i), arn);
    if (equal != Tri::kFalse) {
      named.emplace_back(i, equal);
    }
  }
  return named;
}

Tri Authenticator::Compiled::IsCreator(const Caller& caller) const {
  if (cluster == nullptr || cluster->creator.empty()) {
    return Tri::kFalse;
  }
  const std::optional<Caller> creator = CallerFromArn(cluster->creator);
  if (!creator) {
    return EqualArn(holes(), cluster->creator, caller.arn);
  }
  return creator->path_known && caller.path_known
             ? EqualArn(holes(), creator->arn, caller.arn)
             : EqualArn(holes(), creator->canonical, caller.canonical);
}

void Authenticator::Compiled::AddPolicies(const Caller& caller, Outcome& outcome) const {
  const std::string_view type = outcome.via == Via::kAccessEntry
                                    ? facts->access_entries[outcome.index].type
                                    : std::string_view();
  const auto arn_of = [&](uint32_t i) { return facts->access_policies[i].principal_arn; };
  for (const auto& [i, named] : Named(policies, arn_of, caller)) {
    if (!WhyAssociationRefused(facts->access_policies[i], type).empty()) {
      continue;
    }
    // Beside an entry that is the caller's only if a hole is filled so, an association with the
    // same hole counts for certain.
    const bool same_text =
        outcome.via == Via::kAccessEntry && facts->access_entries[outcome.index].principal_arn ==
                                                facts->access_policies[i].principal_arn;
    (named == Tri::kTrue || same_text ? outcome.access_policies : outcome.possible_access_policies)
        .push_back(i);
  }
  std::sort(outcome.access_policies.begin(), outcome.access_policies.end());
  std::sort(outcome.possible_access_policies.begin(), outcome.possible_access_policies.end());
}

// The identity of a node type's entry; nullopt where the session cannot have it.
std::optional<Outcome> Authenticator::Compiled::FromType(std::string_view name,
                                                         const Caller& caller) const {
  Outcome outcome;
  const EntryType* type = FindEntryType(name);
  outcome.undocumented = type == nullptr || !type->documented;
  outcome.username_open = type == nullptr || type->user_name.empty();
  if (type == nullptr) {
    return outcome;
  }
  TemplateValues values;
  values.account = caller.account;
  if (caller.session) {
    values.session = *caller.session;
  }
  std::optional<std::string> username = RenderTemplate(type->user_name, values);
  if (!username) {
    return std::nullopt;
  }
  outcome.username = std::move(*username);
  outcome.needs_instance_session = !caller.session && NeedsInstanceSession(type->user_name);
  outcome.groups.assign(type->groups.begin(), type->groups.end());
  outcome.node = type->node;
  return outcome;
}

std::optional<Outcome> Authenticator::Compiled::FromEntry(uint32_t index,
                                                          const Caller& caller) const {
  const facts::AccessEntry& entry = facts->access_entries[index];
  const std::string_view type_name = entry.type.empty() ? "STANDARD" : entry.type;
  const EntryType* type = FindEntryType(type_name);
  std::optional<Outcome> outcome;
  if (type == nullptr || !type->custom) {
    outcome = FromType(type_name, caller);
    if (outcome && !entry.groups.empty()) {
      // The API prints the groups of every type: then nothing is left open.
      outcome->groups.assign(entry.groups.begin(), entry.groups.end());
      outcome->undocumented = outcome->username_open;
    }
  } else {
    outcome.emplace();
    TemplateValues values;
    values.account = caller.account;
    if (caller.session) {
      values.session = *caller.session;
    }
    const std::string name =
        entry.user_name.empty() ? DefaultUserName(caller.arn) : std::string(entry.user_name);
    std::optional<std::string> username = RenderTemplate(name, values);
    if (!username) {
      return std::nullopt;
    }
    outcome->username = std::move(*username);
    outcome->needs_instance_session = !caller.session && NeedsInstanceSession(name);
    // A role's default name is made of its ARN, which may not be known.
    outcome->username_open =
        entry.user_name_open || (entry.user_name.empty() && caller.kind == CallerKind::kRole &&
                                 facts::WholeHole(caller.arn) != HoleId::kNone);
    for (const Str group : entry.groups) {
      std::optional<std::string> rendered = RenderTemplate(group, values);
      outcome->groups.push_back(rendered.value_or(std::string(group)));
    }
    outcome->groups_open = entry.groups_open;
    outcome->node = IsNode(*outcome);
  }
  if (outcome) {
    outcome->via = Via::kAccessEntry;
    outcome->index = index;
    outcome->origin = entry.origin;
    AddPolicies(caller, *outcome);
  }
  return outcome;
}

// What EKS makes by itself: entries of the creator, of managed node groups, of Fargate profiles and
// of Auto Mode's nodes. They are in no Terraform plan.
void Authenticator::Compiled::AddImplicit(const Caller& caller, Candidates& candidates) const {
  if (candidates.mapped == Tri::kTrue || cluster == nullptr) {
    return;
  }
  const auto add = [&](std::optional<Outcome> outcome, Tri certainty, Why why, HoleId hole) {
    if (outcome) {
      outcome->why = certainty == Tri::kTrue ? Why::kCertain : why;
      outcome->hole = hole;
    }
    candidates.all.push_back({std::move(outcome), And(certainty, Not(candidates.mapped))});
    candidates.mapped = Or(candidates.mapped, certainty);
  };
  const Tri creator = And(IsCreator(caller), cluster->creator_is_admin);
  if (creator != Tri::kFalse) {
    Outcome outcome;
    outcome.via = Via::kCreatorEntry;
    outcome.origin = cluster->origin;
    outcome.implicit_policy = "AmazonEKSClusterAdminPolicy";
    TemplateValues values;
    if (caller.session) {
      values.session = *caller.session;
    }
    outcome.username = RenderTemplate(DefaultUserName(caller.arn), values).value_or("");
    AddPolicies(caller, outcome);
    add(std::move(outcome), creator, Why::kCreator, FirstHole(cluster->creator));
  }
  for (const uint32_t i : node_groups) {
    const facts::NodeGroup& group = facts->node_groups[i];
    using Kind = facts::NodeGroup::Kind;
    if ((group.kind != Kind::kManaged && group.kind != Kind::kFargate) ||
        caller.kind != CallerKind::kRole || candidates.mapped == Tri::kTrue) {
      continue;
    }
    const Tri equal = caller.path_known
                          ? EqualArn(holes(), group.role_arn, caller.arn)
                          : EqualArn(holes(), WithoutRolePath(group.role_arn), caller.canonical);
    if (equal == Tri::kFalse) {
      continue;
    }
    std::optional<Outcome> outcome =
        FromType(group.kind == Kind::kFargate ? "FARGATE_LINUX" : "EC2_LINUX", caller);
    if (outcome) {
      outcome->via = Via::kImplicitEntry;
      outcome->index = i;
      outcome->origin = group.origin;
    }
    add(std::move(outcome), equal, Why::kHole, FirstHole(group.role_arn));
  }
  if (cluster->auto_mode && !cluster->auto_mode_node_role.empty() &&
      caller.kind == CallerKind::kRole && candidates.mapped != Tri::kTrue) {
    const Str role = cluster->auto_mode_node_role;
    const Tri equal = caller.path_known
                          ? EqualArn(holes(), role, caller.arn)
                          : EqualArn(holes(), WithoutRolePath(role), caller.canonical);
    if (equal != Tri::kFalse) {
      std::optional<Outcome> outcome = FromType("EC2", caller);
      outcome->via = Via::kImplicitEntry;
      outcome->origin = cluster->origin;
      outcome->implicit_policy = "AmazonEKSAutoNodePolicy";
      add(std::move(outcome), equal, Why::kHole, FirstHole(role));
    }
  }
}

Candidates Authenticator::Compiled::FromApi(const Caller& caller) const {
  Candidates candidates;
  const auto arn_of = [&](uint32_t i) { return facts->access_entries[i].principal_arn; };
  const std::vector<std::pair<uint32_t, Tri>> named = Named(entries, arn_of, caller);
  const bool sure = std::any_of(named.begin(), named.end(),
                                [](const auto& match) { return match.second == Tri::kTrue; });
  for (const auto& [index, match] : named) {
    if (sure && match != Tri::kTrue) {
      continue;  // one entry a principal: the hole is another's
    }
    Candidate candidate{FromEntry(index, caller),
                        named.size() == 1 || sure ? match : Tri::kUnknown};
    if (candidate.outcome && match == Tri::kUnknown) {
      candidate.outcome->why = Why::kHole;
      const HoleId hole = FirstHole(arn_of(index));
      candidate.outcome->hole = hole != HoleId::kNone ? hole : FirstHole(caller.arn);
    }
    candidates.all.push_back(std::move(candidate));
    candidates.mapped = Or(candidates.mapped, match);
  }
  AddImplicit(caller, candidates);
  return candidates;
}

Candidates Authenticator::Compiled::FromConfigMap(const Caller& caller,
                                                  bool creator_mapping) const {
  Candidates candidates;
  if (creator_mapping && cluster != nullptr) {
    const Tri creator = And(IsCreator(caller), cluster->creator_is_admin);
    if (creator != Tri::kFalse) {
      Outcome outcome;
      outcome.via = Via::kCreatorMapping;
      outcome.username = kCreatorUser;
      outcome.groups = {"system:masters"};
      outcome.why = creator == Tri::kTrue ? Why::kCertain : Why::kCreator;
      outcome.hole = FirstHole(cluster->creator);
      outcome.origin = cluster->origin;
      candidates.all.push_back({std::move(outcome), creator});
      candidates.mapped = creator;
    }
  }
  if (!mapper || candidates.mapped == Tri::kTrue) {
    return candidates;
  }
  const Mappings found = mapper->Find(caller);
  for (const Mapping& mapping : found.mappings) {
    Candidate& candidate = candidates.all.emplace_back();
    candidate.certainty = And(mapping.certainty, Not(candidates.mapped));
    if (!mapping.accepted) {
      continue;
    }
    Outcome& outcome = candidate.outcome.emplace();
    outcome.index = mapping.index;
    outcome.username = mapping.username;
    outcome.groups = mapping.groups;
    outcome.needs_instance_session = mapping.needs_instance_session;
    outcome.hole = mapping.hole;
    outcome.why = mapping.certainty == Tri::kTrue ? Why::kCertain
                  : mapping.hole != HoleId::kNone ? Why::kHole
                                                  : Why::kUndetermined;
    outcome.origin = aws_auth()->origin;
    switch (mapping.by) {
      case MappedBy::kRole:
        outcome.via = Via::kAwsAuthRole;
        outcome.origin.span = aws_auth()->roles[mapping.index].span;
        break;
      case MappedBy::kUser:
        outcome.via = Via::kAwsAuthUser;
        outcome.origin.span = aws_auth()->users[mapping.index].span;
        break;
      case MappedBy::kAccount:
        outcome.via = Via::kAwsAuthAccount;
        break;
      case MappedBy::kOpenSection:
        outcome.via = Via::kAwsAuthOpen;
        outcome.username_open = true;
        outcome.groups_open = true;
        break;
    }
    outcome.node = IsNode(outcome);
  }
  candidates.mapped = Or(candidates.mapped, found.mapped);
  return candidates;
}

Candidates Authenticator::Compiled::ForMode(AuthenticationMode mode, const Caller& caller) const {
  if (mode == AuthenticationMode::kConfigMap) {
    return FromConfigMap(caller, true);
  }
  Candidates candidates = FromApi(caller);
  if (mode == AuthenticationMode::kApi || candidates.mapped == Tri::kTrue) {
    return candidates;
  }
  const Tri reached = Not(candidates.mapped);
  // What keeps an aws-auth line from being certain is the hole of the entry before it.
  const HoleId hole = candidates.all.empty() || !candidates.all.back().outcome
                          ? HoleId::kNone
                          : candidates.all.back().outcome->hole;
  Candidates second = FromConfigMap(caller, false);
  for (Candidate& candidate : second.all) {
    const Tri before = candidate.certainty;
    candidate.certainty = And(before, reached);
    if (candidate.outcome && before == Tri::kTrue && reached != Tri::kTrue) {
      candidate.outcome->why = Why::kHole;
      candidate.outcome->hole = hole;
    }
    candidates.all.push_back(std::move(candidate));
  }
  candidates.mapped = Or(candidates.mapped, second.mapped);
  return candidates;
}

Authentication Authenticator::Compiled::Authenticate(const Caller& caller) const {
  using Refusal = Authentication::Refusal;
  Authentication result;
  result.mode_assumed = cluster == nullptr;
  result.creator_unknown =
      cluster != nullptr && cluster->creator.empty() && cluster->creator_is_admin != Tri::kFalse;
  const AuthenticationMode mode =
      cluster == nullptr ? AuthenticationMode::kApiAndConfigMap : cluster->mode;
  result.aws_auth_absent = mode != AuthenticationMode::kApi && aws_auth() == nullptr;
  if (cluster != nullptr && !PartitionsMeet(PartitionOf(caller.arn), PartitionOf(cluster->arn))) {
    result.refusal = Refusal::kPartition;
    return result;
  }
  std::vector<AuthenticationMode> modes = {mode};
  if (mode == AuthenticationMode::kUnknown) {
    modes = {AuthenticationMode::kConfigMap, AuthenticationMode::kApiAndConfigMap,
             AuthenticationMode::kApi};
  }
  bool refused = false;
  bool all_mapped = true;
  for (const AuthenticationMode possible : modes) {
    Candidates candidates = ForMode(possible, caller);
    all_mapped = all_mapped && candidates.mapped == Tri::kTrue;
    for (Candidate& candidate : candidates.all) {
      if (!candidate.outcome) {
        refused = true;
        continue;
      }
      Outcome& outcome = *candidate.outcome;
      outcome.certainty = candidate.certainty;
      if (modes.size() > 1) {
        outcome.why = outcome.certainty == Tri::kTrue ? Why::kMode : outcome.why;
        outcome.certainty = Tri::kUnknown;
        const bool known =
            std::any_of(result.outcomes.begin(), result.outcomes.end(), [&](const Outcome& other) {
              return other.via == outcome.via && other.index == outcome.index;
            });
        if (known) {
          continue;
        }
      }
      result.outcomes.push_back(std::move(outcome));
    }
  }
  if (result.outcomes.empty()) {
    result.refusal = refused ? Refusal::kSession : Refusal::kUnmapped;
    return result;
  }
  result.authenticated = all_mapped && !refused ? Tri::kTrue : Tri::kUnknown;
  if (result.authenticated == Tri::kUnknown) {
    result.refusal = refused ? Refusal::kSession : Refusal::kUnmapped;
  }
  return result;
}

Authenticator::Authenticator(const ClusterFacts& cluster)
    : compiled_(std::make_unique<Compiled>(cluster)) {}
Authenticator::Authenticator(Authenticator&&) noexcept = default;
Authenticator& Authenticator::operator=(Authenticator&&) noexcept = default;
Authenticator::~Authenticator() = default;

Authentication Authenticator::Authenticate(const Caller& caller) const {
  return compiled_->Authenticate(caller);
}

std::vector<Str> Authenticator::NamedPrincipals() const {
  const Compiled& c = *compiled_;
  std::vector<Str> named;
  for (const uint32_t i : c.access_entries) {
    named.push_back(c.facts->access_entries[i].principal_arn);
  }
  for (const uint32_t i : c.node_groups) {
    named.push_back(c.facts->node_groups[i].role_arn);
  }
  if (c.cluster != nullptr) {
    named.push_back(c.cluster->creator);
    named.push_back(c.cluster->auto_mode_node_role);
  }
  if (const facts::AwsAuth* aws_auth = c.aws_auth(); aws_auth != nullptr) {
    for (const auto* section : {&aws_auth->roles, &aws_auth->users}) {
      for (const facts::AwsAuthEntry& entry : *section) {
        named.push_back(entry.arn);
      }
    }
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  named.erase(std::remove(named.begin(), named.end(), Str()), named.end());
  return named;
}

std::vector<Str> Authenticator::NamedAccounts() const {
  const facts::AwsAuth* aws_auth = compiled_->aws_auth();
  return aws_auth == nullptr ? std::vector<Str>() : aws_auth->accounts;
}

HoleId Authenticator::open_to_anybody() const {
  const Compiled& c = *compiled_;
  const facts::AwsAuth* aws_auth = c.aws_auth();
  if (aws_auth == nullptr ||
      (c.cluster != nullptr && c.cluster->mode == AuthenticationMode::kApi)) {
    return HoleId::kNone;
  }
  for (const HoleId hole : {aws_auth->roles_open, aws_auth->users_open, aws_auth->accounts_open}) {
    if (hole != HoleId::kNone) {
      return hole;
    }
  }
  return HoleId::kNone;
}

}  // namespace whomay::eks
