// list: what the inputs hold.
#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/bindings_of.h"
#include "query/resource_names.h"

namespace whomay::query {
namespace {

using graph::Cluster;
using graph::Node;
using graph::NodeKind;

class Lister {
 public:
  Lister(const World& world, const QuestionOptions& options, ListAnswer& answer)
      : world_(world), options_(options), answer_(answer) {}

  bool Run(std::string_view what) {
    static constexpr struct {
      std::string_view name;
      void (Lister::*list)();
    } kLists[] = {
        {"principals", &Lister::Principals}, {"roles", &Lister::Roles},
        {"bindings", &Lister::Bindings},     {"clusters", &Lister::Clusters},
        {"resources", &Lister::Resources},   {"inputs", &Lister::Inputs},
        {"policies", &Lister::Policies},     {"access-entries", &Lister::AccessEntries},
        {"holes", &Lister::Holes},           {"service-accounts", &Lister::ServiceAccounts},
        {"workloads", &Lister::Workloads},   {"carriers", &Lister::Carriers},
    };
    for (const auto& entry : kLists) {
      if (entry.name == what) {
        (this->*entry.list)();
        return true;
      }
      known_.push_back(std::string(entry.name));
    }
    return false;
  }
  const std::vector<std::string>& known() const { return known_; }
  const absl::Status& status() const { return status_; }

 private:
  bool Wanted(uint32_t cluster) const {
    return options_.cluster.empty() || world_.graph().clusters[cluster].name == options_.cluster;
  }
  ListAnswer::Item& Add(std::string name, std::string_view kind, uint32_t cluster,
                        const facts::Origin& origin) {
    ListAnswer::Item& item = answer_.items.emplace_back();
    item.name = std::move(name);
    item.kind = std::string(kind);
    if (cluster != kNone) {
      item.cluster = std::string(world_.graph().clusters[cluster].name);
    }
    item.origin = world_.OriginOf(origin);
    return item;
  }

  template <typename Filter>
  void Nodes(const Filter& filter) {
    for (const Node& node : world_.graph().nodes) {
      if ((node.cluster == kNone || Wanted(node.cluster)) && filter(node.kind)) {
        Add(std::string(node.name), graph::Name(node.kind), node.cluster, node.origin);
      }
    }
  }
  void Principals() {
    Nodes([](NodeKind) { return true; });
  }
  void ServiceAccounts() {
    Nodes([](NodeKind kind) { return kind == NodeKind::kServiceAccount; });
  }
  void Workloads() {
    Nodes([](NodeKind kind) { return kind == NodeKind::kWorkload; });
  }

  // What runs as a role: functions, instances, build projects …
  void Carriers() {
    answer_.columns = {"role"};
    for (const facts::Carrier& carrier : world_.facts().carriers) {
      if (!world_.graph().InWorld(carrier)) {
        continue;
      }
      const facts::HoleTable& holes = world_.holes();
      ListAnswer::Item& item = Add(holes.Display(carrier.arn.empty() ? carrier.name : carrier.arn),
                                   carrier.kind, kNone, carrier.origin);
      item.fields = {!carrier.role.arn.empty() ? holes.Display(carrier.role.arn)
                     : !carrier.role.name.empty()
                         ? std::string(carrier.role.name)
                         : Concat({"instance profile ", carrier.instance_profile})};
    }
  }

  void Roles() {
    answer_.columns = {"rules"};
    for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
      if (!Wanted(c)) {
        continue;
      }
      const ClusterEngine& engine = world_.cluster(c);
      for (uint32_t i = 0; i < engine.roles.size(); ++i) {
        const facts::RbacRole& role = *engine.roles[i];
        ListAnswer::Item& item =
            Add(role.cluster_role ? std::string(role.name)
                                  : Concat({role.namespace_name, "/", role.name}),
                role.cluster_role ? "ClusterRole" : "Role", c, role.origin);
        item.fields = {std::to_string(engine.rbac->rules(i).rules.size())};
      }
    }
  }

  void Bindings() {
    answer_.columns = {"role", "subjects"};
    if (!options_.subject.empty()) {
      return BindingsOfSubject();
    }
    for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
      for (uint32_t b = 0; Wanted(c) && b < world_.cluster(c).bindings.size(); ++b) {
        AddBinding(c, b);
      }
    }
  }

  ListAnswer::Item& AddBinding(uint32_t cluster, uint32_t index) {
    const facts::RbacBinding& binding = *world_.cluster(cluster).bindings[index];
    std::vector<std::string> subjects;
    for (const facts::Subject& subject : binding.subjects) {
      subjects.push_back(ShowSubject(world_, binding, subject));
    }
    ListAnswer::Item& item = Add(
        binding.cluster_binding ? std::string(binding.name)
                                : Concat({binding.namespace_name, "/", binding.name}),
        binding.cluster_binding ? "ClusterRoleBinding" : "RoleBinding", cluster, binding.origin);
    item.fields = {Concat({binding.role_kind, "/", world_.holes().Display(binding.role_name)}),
                   Join(subjects, " ")};
    return item;
  }

  void BindingsOfSubject() {
    answer_.columns = {"role", "by subject"};
    const absl::StatusOr<std::vector<BindingOf>> found =
        BindingsOf(world_, options_.subject, options_, answer_.notes);
    if (!found.ok()) {
      status_ = found.status();
      return;
    }
    for (const BindingOf& each : *found) {
      ListAnswer::Item& item = AddBinding(each.cluster, each.binding);
      item.fields.back() = each.certain ? each.subject
                                        : Concat({each.subject.empty() ? "subjects" : each.subject,
                                                  " (not certain until apply)"});
    }
  }

  void Clusters() {
    answer_.columns = {"version", "mode", "issuer"};
    for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
      const Cluster& cluster = world_.graph().clusters[c];
      static constexpr std::string_view kModes[] = {"CONFIG_MAP", "API_AND_CONFIG_MAP", "API", ""};
      facts::Origin origin;
      std::string_view mode;
      if (cluster.record != kNone) {
        origin = world_.facts().clusters[cluster.record].origin;
        mode = kModes[static_cast<int>(world_.facts().clusters[cluster.record].mode)];
      }
      ListAnswer::Item& item =
          Add(std::string(cluster.name), cluster.record == kNone ? "cluster" : "eks-cluster", kNone,
              origin);
      item.fields = {world_.cluster(c).version, std::string(mode),
                     world_.holes().Display(cluster.issuer)};
    }
  }

  void Resources() {
    answer_.columns = {"short", "group", "namespaced", "verbs", "subresources"};
    const ResourceNames defaults;
    for (uint32_t c = 0; c == 0 || c < world_.graph().clusters.size(); ++c) {
      const bool any = c < world_.graph().clusters.size();
      if (any && !Wanted(c)) {
        continue;
      }
      for (const ResourceRow& row : any ? world_.cluster(c).resources->rows() : defaults.rows()) {
        ListAnswer::Item& item = answer_.items.emplace_back();
        item.name = std::string(row.plural);
        item.kind = std::string(row.kind);
        if (any) {
          item.cluster = std::string(world_.graph().clusters[c].name);
        }
        if (row.custom != nullptr) {
          item.origin = world_.OriginOf(row.custom->origin);
        }
        item.fields = {Join(row.short_names, ","), std::string(row.group),
                       row.namespaced ? "true" : "false", Join(row.verbs, ","),
                       Join(row.subresources, ",")};
      }
    }
  }

  void Inputs() {
    answer_.columns = {"complete"};
    for (const facts::Input& input : world_.facts().inputs) {
      ListAnswer::Item& item = answer_.items.emplace_back();
      item.name = std::string(world_.sources().name(input.file));
      item.kind = std::string(input.kind);
      item.origin.file = item.name;
      item.fields = {input.complete ? "yes" : Concat({"no: ", input.why})};
    }
  }

  void Policies() {
    answer_.columns = {"statements"};
    const facts::Facts& facts = world_.facts();
    for (const facts::ManagedPolicy& policy : facts.managed_policies) {
      if (!world_.graph().InWorld(policy)) {
        continue;
      }
      ListAnswer::Item& item =
          Add(world_.holes().Display(policy.arn), "managed-policy", kNone, policy.origin);
      item.fields = {policy.document == facts::PolicyId::kNone
                         ? "not known"
                         : std::to_string(facts.policy(policy.document).statements.size())};
    }
  }

  void AccessEntries() {
    answer_.columns = {"type", "username", "groups", "policies"};
    const facts::Facts& facts = world_.facts();
    for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
      const Cluster& cluster = world_.graph().clusters[c];
      for (const uint32_t i : cluster.access_entries) {
        const facts::AccessEntry& entry = facts.access_entries[i];
        std::vector<std::string> policies;
        for (const uint32_t p : cluster.access_policies) {
          if (facts.holes.Equal(facts.access_policies[p].principal_arn, entry.principal_arn) ==
              Tri::kTrue) {
            const Str arn = facts.access_policies[p].policy_arn;
            policies.push_back(std::string(arn.substr(arn.rfind('/') + 1)));
          }
        }
        ListAnswer::Item& item =
            Add(facts.holes.Display(entry.principal_arn), "access-entry", c, entry.origin);
        item.fields = {
            std::string(entry.type), facts.holes.Display(entry.user_name),
            Join(std::vector<std::string_view>(entry.groups.begin(), entry.groups.end()), ","),
            Join(policies, ",")};
      }
    }
  }

  void Holes() {
    answer_.columns = {"why", "fill"};
    for (uint32_t i = 0; i < world_.holes().size(); ++i) {
      const facts::Hole& hole = world_.holes()[static_cast<facts::HoleId>(i)];
      if (hole.kind == facts::Hole::Kind::kSymbol) {
        continue;  // a known thing without a name yet
      }
      ListAnswer::Item& item = Add(std::string(hole.what), "hole", kNone, hole.origin);
      item.fields = {std::string(hole.why), std::string(hole.fill)};
    }
  }

  const World& world_;
  const QuestionOptions& options_;
  ListAnswer& answer_;
  std::vector<std::string> known_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ListAnswer> AnswerList(const World& world, std::string_view what,
                                      const QuestionOptions& options) {
  if (!options.subject.empty() && what != "bindings") {
    return absl::InvalidArgumentError("--subject belongs to list bindings");
  }
  ListAnswer answer;
  answer.what = std::string(what);
  answer.incomplete = !world.complete();
  Lister lister(world, options, answer);
  if (!lister.Run(what)) {
    return absl::InvalidArgumentError(AsAbsl(
        Concat({"there is no list of ", what, "; there are: ", Join(lister.known(), ", ")})));
  }
  if (!lister.status().ok()) {
    return lister.status();
  }
  if (what != "resources") {
    std::stable_sort(answer.items.begin(), answer.items.end(), [](const auto& a, const auto& b) {
      return std::tie(a.cluster, a.kind, a.name) < std::tie(b.cluster, b.kind, b.name);
    });
  }
  return answer;
}

}  // namespace whomay::query
