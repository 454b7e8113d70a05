#include "query/world.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/strings.h"
#include "data/aws_managed_policies.h"
#include "query/resource_names.h"

namespace whomay::query {

World::~World() = default;

const CompiledIdentity* World::identity(NodeId node) const {
  const uint32_t n = graph::Index(node);
  return n >= graph_.identity_of.size() || graph_.identity_of[n] == kNone
             ? nullptr
             : &identities_[graph_.identity_of[n]];
}

bool World::MayAllow(NodeId node, std::string_view action) const {
  const CompiledIdentity* of = identity(node);
  if (of == nullptr || !of->missing.empty()) {
    return true;
  }
  const uint64_t service = HashText(action.substr(0, action.find(':')));
  bool may = false;
  for (const iam::Policy* policy : of->policies) {
    may = may || policy->open();
    policy->ForService(service, [&](uint32_t index) {
      const iam::Statement& statement = policy->statements()[index];
      may =
          may ||
          (statement.effect != facts::Statement::Effect::kDeny &&
           (statement.not_action || statement.actions_open ||
            std::any_of(statement.actions.begin(), statement.actions.end(),
                        [&](const Glob& glob) { return glob.MatchOpen(action) != Tri::kFalse; })));
    });
  }
  return may;
}

const iam::Policy* World::trust(NodeId role) const {
  const uint32_t n = graph::Index(role);
  return n < trusts_.size() ? trusts_[n].get() : nullptr;
}

const iam::Policy* World::policy(facts::PolicyId id) const {
  return id == facts::PolicyId::kNone ? nullptr : policies_[static_cast<uint32_t>(id)].get();
}

const OrganizationLevels& World::organization(std::string_view account) const {
  const auto found = organization_.find(AsAbsl(account));
  return found == organization_.end() ? no_levels_ : found->second;
}

Origin World::OriginOf(const facts::Origin& origin) const {
  Origin shown;
  const source::Location at = sources_->Locate(origin.span);
  shown.file = std::string(at.file);
  shown.line = static_cast<int>(at.line);
  shown.column = static_cast<int>(at.column);
  shown.address = std::string(origin.address.empty() ? origin.object : origin.address);
  const auto declared = facts_->declared.find(origin.address);
  if (!origin.address.empty() && declared != facts_->declared.end()) {
    const source::Location source = sources_->Locate(declared->second);
    shown.source_file = std::string(source.file);
    shown.source_line = static_cast<int>(source.line);
  }
  return shown;
}

void World::CompileAttached(const graph::IdentityPolicy& attached,
                            std::vector<const iam::Policy*>& policies,
                            std::vector<iam::Missing>& missing,
                            std::vector<const graph::IdentityPolicy*>* kept) {
  if (attached.maybe != facts::HoleId::kNone) {
    missing.push_back({iam::Reason::kHole, attached.maybe, attached.policy_arn});
    return;
  }
  const iam::Policy* compiled = nullptr;
  if (attached.document != facts::PolicyId::kNone) {
    compiled = policy(attached.document);
  } else if (data::IsAwsManagedPolicyArn(attached.policy_arn)) {
    // The reader of IAM adds all that the built-in table knows.
    missing.push_back(
        {iam::Reason::kManagedPolicyNotKnown, facts::HoleId::kNone, attached.policy_arn});
    return;
  }
  if (compiled == nullptr) {
    const facts::HoleId hole = facts::WholeHole(attached.policy_arn);
    missing.push_back(
        {hole == facts::HoleId::kNone ? iam::Reason::kPoliciesNotGiven : iam::Reason::kHole, hole,
         attached.policy_arn});
    return;
  }
  policies.push_back(compiled);
  if (kept != nullptr) {
    kept->push_back(&attached);
  }
}

void World::CompileIdentities() {
  facts::Statement& all = everything_.statements.emplace_back();
  all.has_action = all.has_resource = true;
  all.actions = all.resources = {"*"};
  everything_.version = "2012-10-17";
  allow_everything_ =
      std::make_unique<const iam::Policy>(everything_, nullptr, iam::Policy::On::kPrincipal);
  policies_.resize(facts_->policies.size());
  const auto compile = [this](facts::PolicyId id, iam::Policy::On on) {
    if (id != facts::PolicyId::kNone && policies_[static_cast<uint32_t>(id)] == nullptr) {
      policies_[static_cast<uint32_t>(id)] =
          std::make_unique<const iam::Policy>(facts_->policy(id), &facts_->holes, on);
    }
  };
  for (const facts::ManagedPolicy& managed : facts_->managed_policies) {
    compile(managed.document, iam::Policy::On::kPrincipal);
  }
  for (const facts::InlinePolicy& inline_policy : facts_->inline_policies) {
    compile(inline_policy.document, iam::Policy::On::kPrincipal);
  }
  for (const facts::PodIdentityAssociation& association : facts_->pod_identities) {
    compile(association.session_policy, iam::Policy::On::kPrincipal);
  }
  for (const facts::OrganizationPolicy& control : facts_->organization_policies) {
    compile(control.document, iam::Policy::On::kPrincipal);
  }
  std::set<std::string> keys;
  for (const facts::PolicyDocument& document : facts_->policies) {
    for (const facts::Statement& statement : document.statements) {
      for (const facts::Condition& condition : statement.conditions) {
        if (!facts::HasHole(condition.key)) {
          keys.insert(AsciiLower(condition.key));
        }
      }
    }
  }
  condition_keys_.assign(keys.begin(), keys.end());
  trusts_.resize(graph_.nodes.size());
  for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    const graph::Node& node = graph_.nodes[i];
    if (node.kind == graph::NodeKind::kIamRole && node.record != kNone &&
        facts_->principals[node.record].trust != facts::PolicyId::kNone) {
      trusts_[i] =
          std::make_unique<const iam::Policy>(facts_->policy(facts_->principals[node.record].trust),
                                              &facts_->holes, iam::Policy::On::kResource);
    }
  }
  identities_.resize(graph_.identities.size());
  for (size_t i = 0; i < graph_.identities.size(); ++i) {
    const graph::AwsIdentity& from = graph_.identities[i];
    CompiledIdentity& to = identities_[i];
    for (const graph::IdentityPolicy& attached : from.policies) {
      CompileAttached(attached, to.policies, to.missing, &to.attached);
    }
    if (!from.boundary.policy_arn.empty()) {
      to.has_boundary = true;
      CompileAttached(from.boundary, to.boundary, to.boundary_missing, nullptr);
    }
    if (!from.policies_known) {
      to.missing.push_back({iam::Reason::kPoliciesNotGiven, facts::HoleId::kNone, {}});
    }
  }
  // Whose policies are not given: each is a hole of its own.
  for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    if (graph_.identity_of[i] != kNone &&
        !graph_.identities[graph_.identity_of[i]].policies_known) {
      identities_[graph_.identity_of[i]].missing.back().what = graph_.nodes[i].arn;
    }
  }
}

void World::CompileResources() {
  for (const uint32_t i : graph_.resource_policies) {
    CompiledResource& resource = resource_policies_.emplace_back();
    resource.record = &facts_->resource_policies[i];
    if (resource.record->document != facts::PolicyId::kNone) {
      resource.policy = std::make_unique<const iam::Policy>(
          facts_->policy(resource.record->document), &facts_->holes, iam::Policy::On::kResource);
    }
  }
}

// The levels above every account that the organization's facts name: root, OUs, account.
void World::CompileOrganization() {
  absl::flat_hash_map<std::string_view, const facts::OrganizationNode*> nodes;
  for (const facts::OrganizationNode& node : facts_->organization_nodes) {
    if (graph_.InWorld(node)) {
      nodes[node.id] = &node;
    }
  }
  absl::flat_hash_map<std::string_view, const facts::OrganizationPolicy*> policies;
  for (const facts::OrganizationPolicy& control : facts_->organization_policies) {
    if (graph_.InWorld(control)) {
      policies[control.id] = &control;
    }
  }
  absl::flat_hash_map<std::string_view, std::vector<const facts::OrganizationPolicy*>> on;
  for (const facts::OrganizationAttachment& attachment : facts_->organization_attachments) {
    const auto found = policies.find(attachment.policy);
    if (graph_.InWorld(attachment) && found != policies.end()) {
      on[attachment.target].push_back(found->second);
    }
  }
  const auto add_level = [&](std::string_view target, OrganizationLevels& levels) {
    const auto found = on.find(target);
    if (found == on.end()) {
      return;
    }
    std::vector<const iam::Policy*> service, resource;
    for (const facts::OrganizationPolicy* control : found->second) {
      (control->type == facts::OrganizationPolicy::Type::kServiceControl ? service : resource)
          .push_back(policy(control->document));
    }
    if (!service.empty()) {
      levels.service_control.insert(levels.service_control.begin(), std::move(service));
    }
    if (!resource.empty()) {
      levels.resource_control.insert(levels.resource_control.begin(), std::move(resource));
    }
  };
  std::vector<std::string_view> accounts(graph_.accounts.begin(), graph_.accounts.end());
  for (const auto& [id, node] : nodes) {
    accounts.push_back(id);
  }
  for (const std::string_view account : accounts) {
    const auto self = nodes.find(account);
    if (self != nodes.end() && self->second->management_account) {
      continue;  // control policies never limit the management account
    }
    OrganizationLevels levels;
    std::string_view at = account;
    for (size_t depth = 0; depth <= nodes.size() && !at.empty(); ++depth) {
      add_level(at, levels);
      const auto node = nodes.find(at);
      at = node == nodes.end() ? std::string_view() : node->second->parent;
    }
    if (!levels.service_control.empty() || !levels.resource_control.empty()) {
      organization_[std::string(account)] = std::move(levels);
    }
  }
}

std::shared_ptr<const World> World::Build(std::shared_ptr<const source::SourceSet> sources,
                                          std::shared_ptr<const facts::Facts> facts,
                                          whomay::World which, bool complete,
                                          const WorldOptions& options,
                                          source::Diagnostics& diagnostics) {
  std::shared_ptr<World> world(new World());
  world->which_ = which;
  world->complete_ = complete;
  world->sources_ = std::move(sources);
  world->facts_ = std::move(facts);
  world->graph_ =
      graph::Build(world->facts_, which == whomay::World::kBefore ? facts::kBefore : facts::kAfter,
                   {}, diagnostics);
  world->CompileIdentities();
  world->CompileResources();
  world->CompileOrganization();
  world->CompileClusters(options, diagnostics);
  return world;
}

}  // namespace whomay::query
