// matrix: principals by verbs, for one resource after the other.
//
// The rows are those of `who`, asked once for each cell. Most principals hold what their own
// bindings give and go nowhere from there: those are decided by ids; what has hops, access policies
// or holes goes the way of `who`, one closure for each cell.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/kubernetes_judge.h"
#include "query/kubernetes_permission.h"
#include "query/resource_names.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

constexpr std::array<std::string_view, 8> kVerbs = {
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"};

class Matrix {
 public:
  Matrix(Ask& ask, uint32_t cluster, const QuestionOptions& options, MatrixAnswer& answer)
      : ask_(ask),
        walk_(ask.walk()),
        engine_(ask.world().cluster(cluster)),
        cluster_(cluster),
        options_(options),
        answer_(answer) {}

  void AddRowsOfAll() {
    const graph::Graph& graph = ask_.world().graph();
    std::vector<NodeId> nodes;
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (graph.nodes[i].kind != NodeKind::kEveryone) {
        nodes.push_back(static_cast<NodeId>(i));
      }
    }
    nodes.push_back(SubjectNode("group", cluster_, "", rbac::kMasters, walk_));
    nodes.push_back(SubjectNode("user", cluster_, "", "system:anonymous", walk_));
    for (const facts::RbacBinding* binding : engine_.bindings) {
      for (const facts::Subject& subject : binding->subjects) {
        AddSubject(*binding, subject, nodes);
      }
    }
    for (const auto& [user, states] : walk_.MappedUsers(cluster_)) {
      nodes.push_back(user);
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (const NodeId node : nodes) {
      AddRow(node);
    }
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
      return std::tie(a.shown, a.kind) < std::tie(b.shown, b.kind);
    });
    if (engine_.authenticator != nullptr &&
        engine_.authenticator->open_to_anybody() != facts::HoleId::kNone) {
      open_to_anybody_ = true;
    }
  }

  void AddRow(NodeId node) {
    Row row;
    row.shown = ShowNode(walk_, node);
    row.kind = std::string(graph::Name(walk_.node(node).kind));
    for (const StateId start : walk_.Start(node)) {
      row.starts.push_back(Canonical(start));
    }
    rows_.push_back(std::move(row));
  }

  // A resource as its user writes it, with a name behind it or not. Cells of verbs that it is known
  // not to have stay empty.
  absl::Status AddResource(const std::string& text, const ResourceRow* known) {
    MatrixAnswer::Resource resource;
    const size_t first = cells_.size();
    for (size_t v = 0; v < answer_.verbs.size(); ++v) {
      if (known != nullptr && !known->verbs.empty() &&
          std::find(known->verbs.begin(), known->verbs.end(), answer_.verbs[v]) ==
              known->verbs.end()) {
        continue;
      }
      PermissionFlags flags;
      flags.namespace_name = options_.name_space;
      flags.all_namespaces = options_.all_namespaces;
      flags.subresource = options_.subresource;
      std::vector<std::string> words = {answer_.verbs[v]};
      for (const std::string_view word : Split(text, ' ')) {
        words.emplace_back(word);
      }
      ReadPermission read = ReadKubernetesPermission(words, flags, *engine_.resources);
      if (!read.ok() || !read.permission.url.empty()) {
        return absl::InvalidArgumentError(
            AsAbsl(read.ok() ? Concat({"\"", text, "\" is no resource"}) : read.error));
      }
      Cell& cell = cells_.emplace_back();
      cell.verb = v;
      cell.permission = std::move(read.permission);
      for (const std::string& note : cell.permission.notes) {
        // Of those that nobody named there is nothing to say.
        if (known == nullptr &&
            std::find(ask_.notes().begin(), ask_.notes().end(), note) == ask_.notes().end()) {
          ask_.notes().push_back(note);
        }
      }
    }
    if (first == cells_.size()) {
      return absl::OkStatus();
    }
    const KubernetesPermission& asked = cells_[first].permission;
    resource.group = asked.group;
    resource.resource = asked.resource;
    resource.subresource = asked.subresource;
    resource.name = asked.name;
    AddRowsTo(resource);
    cells_.clear();
    answer_.resources.push_back(std::move(resource));
    return absl::OkStatus();
  }

 private:
  struct Row {
    std::string shown;
    std::string kind;
    std::vector<StateId> starts;
  };
  struct Cell {
    size_t verb = 0;
    KubernetesPermission permission;
  };
  // A state that is decided by ids: it holds what RBAC gives it and goes nowhere.
  struct Plain {
    bool known = false;
    bool plain = false;
    rbac::ResolvedIdentity identity;
  };

  void AddSubject(const facts::RbacBinding& binding, const facts::Subject& subject,
                  std::vector<NodeId>& nodes) {
    if (facts::HasHole(subject.name) || facts::HasHole(subject.namespace_name)) {
      return;
    }
    const std::string_view kind = subject.kind == "User"             ? "user"
                                  : subject.kind == "Group"          ? "group"
                                  : subject.kind == "ServiceAccount" ? "sa"
                                                                     : "";
    const std::string_view ns =
        subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
    if (!kind.empty() && !(kind == "sa" && ns.empty())) {
      nodes.push_back(SubjectNode(kind, cluster_, ns, subject.name, walk_));
    }
  }

  // What a state comes to that holds nothing itself and has one certain way on: a workload is its
  // ServiceAccount.
  StateId Canonical(StateId state) {
    for (int hop = 0; hop < walk_.options().max_hops; ++hop) {
      if (Walk::IsKubernetes(walk_.node(walk_.state(state).node).kind)) {
        break;
      }
      const std::vector<Transition>& next = walk_.Next(state);
      // One that goes on itself is left to the closure, which counts hops from here.
      if (next.size() != 1 || next.front().open != Formula::kTrue ||
          !walk_.Next(next.front().to).empty()) {
        break;
      }
      state = next.front().to;
    }
    return state;
  }

  const Plain& PlainOf(StateId state) {
    const auto n = static_cast<uint32_t>(state);
    if (n >= plain_.size()) {
      plain_.resize(n + 1);
    }
    Plain& plain = plain_[n];
    if (plain.known) {
      return plain;
    }
    plain.known = true;
    const Node& node = walk_.node(walk_.state(state).node);
    const KubernetesSession& session = walk_.kubernetes(state);
    if (!Walk::IsKubernetes(node.kind) || !walk_.Next(state).empty() || session.username_open ||
        session.groups_open || session.undocumented || session.node ||
        !session.access_policies.empty() || !session.possible_access_policies.empty() ||
        !session.implicit_policy.empty()) {
      return plain;
    }
    plain.plain = true;
    if (node.cluster == cluster_) {
      rbac::Identity identity;
      identity.username = session.username;
      identity.groups.assign(session.groups.begin(), session.groups.end());
      plain.identity = engine_.rbac->Resolve(identity);
    }
    return plain;
  }

  void AddRowsTo(MatrixAnswer::Resource& resource) {
    std::vector<MatrixAnswer::Row> rows(rows_.size());
    MatrixAnswer::Row anybody;
    anybody.principal = "*";
    anybody.kind = "hole";
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].principal = rows_[i].shown;
      rows[i].kind = rows_[i].kind;
      rows[i].decisions.resize(answer_.verbs.size());
    }
    anybody.decisions.resize(answer_.verbs.size());
    for (const Cell& cell : cells_) {
      AddCell(cell, rows, anybody);
    }
    const auto granted = [](const MatrixAnswer::Row& row) {
      return std::any_of(row.decisions.begin(), row.decisions.end(), [](const auto& decision) {
        return decision.value_or(Decision::kDenied) != Decision::kDenied;
      });
    };
    if (granted(anybody)) {
      resource.rows.push_back(std::move(anybody));
    }
    for (MatrixAnswer::Row& row : rows) {
      if (!options_.subject.empty() || granted(row)) {
        resource.rows.push_back(std::move(row));
      }
    }
  }

  void AddCell(const Cell& cell, std::vector<MatrixAnswer::Row>& rows, MatrixAnswer::Row& anybody) {
    rbac::Request request;
    request.verb = cell.permission.verb;
    request.group = cell.permission.group;
    request.resource = cell.permission.resource;
    request.subresource = cell.permission.subresource;
    request.namespace_name = cell.permission.namespace_name;
    request.name = cell.permission.name;
    KubernetesJudge judge(walk_, cluster_, request, {});
    Closure closure(walk_, &judge);
    const rbac::ResolvedRequest resolved = engine_.rbac->Resolve(request);
    std::vector<Formula> decided(walk_.state_count(), Formula::kFalse);
    bool any = false;
    for (const Row& row : rows_) {
      for (const StateId start : row.starts) {
        const auto n = static_cast<uint32_t>(start);
        const Plain& plain = PlainOf(start);
        if (!plain.plain) {
          closure.Add(start);
          any = true;
        } else if (walk_.node(walk_.state(start).node).cluster == cluster_) {
          const Tri allowed = engine_.rbac->Authorize(plain.identity, resolved).allowed;
          decided[n] = allowed == Tri::kFalse  ? Formula::kFalse
                       : allowed == Tri::kTrue ? Formula::kTrue
                                               : judge.Judge(start).open;
        }
      }
    }
    if (any) {
      closure.Solve();
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      Formula all = Formula::kFalse;
      for (const StateId start : rows_[i].starts) {
        const Formula one =
            PlainOf(start).plain ? decided[static_cast<uint32_t>(start)] : closure.achieve(start);
        all = walk_.workspace().formulas.Or(all, one);
      }
      rows[i].decisions[cell.verb] = all == Formula::kFalse  ? Decision::kDenied
                                     : all == Formula::kTrue ? Decision::kAllowed
                                                             : ask_.Decide(all).decision;
    }
    bool open = open_to_anybody_;
    if (options_.subject.empty() && !open) {
      for (const rbac::Grantee& grantee : engine_.rbac->Grantees(resolved)) {
        open = open || grantee.kind == rbac::Grantee::Kind::kAnybody;
      }
    }
    anybody.decisions[cell.verb] = open ? Decision::kUnknown : Decision::kDenied;
  }

  Ask& ask_;
  Walk& walk_;
  const ClusterEngine& engine_;
  uint32_t cluster_;
  const QuestionOptions& options_;
  MatrixAnswer& answer_;
  std::vector<Row> rows_;
  std::vector<Cell> cells_;
  std::vector<Plain> plain_;  // by state
  bool open_to_anybody_ = false;
};

}  // namespace

absl::StatusOr<MatrixAnswer> AnswerMatrix(const World& world,
                                          const std::vector<std::string>& resources,
                                          const QuestionOptions& options) {
  Ask ask(world, options);
  const absl::StatusOr<uint32_t> cluster = FindQuestionCluster(options.cluster, world);
  if (!cluster.ok()) {
    return cluster.status();
  }
  if (*cluster == kNone) {
    return absl::InvalidArgumentError(
        "the inputs hold no cluster: neither manifests nor an EKS cluster");
  }
  MatrixAnswer answer;
  answer.world = world.which();
  answer.incomplete = !world.complete();
  answer.cluster = std::string(world.graph().clusters[*cluster].name);
  answer.name_space = options.all_namespaces ? std::string() : options.name_space;
  answer.verbs = options.verbs;
  if (answer.verbs.empty()) {
    answer.verbs.assign(kVerbs.begin(), kVerbs.end());
  }
  Matrix matrix(ask, *cluster, options, answer);
  if (options.subject.empty()) {
    matrix.AddRowsOfAll();
  } else {
    const absl::StatusOr<NodeId> node = FindPrincipal(options.subject, ask.walk(), ask.notes());
    if (!node.ok()) {
      return node.status();
    }
    answer.subject = ShowNode(ask.walk(), *node);
    matrix.AddRow(*node);
  }
  if (!resources.empty()) {
    for (const std::string& resource : resources) {
      const absl::Status added = matrix.AddResource(resource, nullptr);
      if (!added.ok()) {
        return added;
      }
    }
  } else {
    for (const ResourceRow& row : world.cluster(*cluster).resources->rows()) {
      if (!row.namespaced && !answer.name_space.empty()) {
        continue;  // not in a namespace
      }
      const absl::Status added = matrix.AddResource(row.FullName(), &row);
      if (!added.ok()) {
        return added;
      }
    }
  }
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

}  // namespace whomay::query
