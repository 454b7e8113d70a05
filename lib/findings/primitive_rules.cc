// Permissions that are more than they look: primitives of escalation that end at no principal whom
// the files name (escalation_rules.cc follows those that do), held by somebody who is no
// administrator.
// Source: Kubernetes documentation, "RBAC good practices" (privilege escalation risks), KEP-1205
// and CVE-2020-8554 for traffic; spec rbac 3.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "findings/report.h"
#include "rbac/match.h"

namespace whomay::findings {
namespace {

using facts::RbacBinding;
using facts::RbacRole;
using facts::Str;
using Texts = std::span<const std::string_view>;

struct Object {
  std::string_view group, resource, subresource;
};
// Any of the verbs on any of the objects.
struct Need {
  Texts verbs;
  std::span<const Object> objects;
};
struct Primitive {
  std::string_view rule;
  std::string_view message;
  std::span<const Need> needs;  // all of them
  // Where it counts: "" cluster-wide only, "*" in any namespace too, else in this one too.
  std::string_view in_namespace;
};

constexpr std::string_view kRead[] = {"get", "list", "watch"};
constexpr std::string_view kWrite[] = {"create", "update", "patch"};
constexpr std::string_view kChange[] = {"update", "patch"};
constexpr std::string_view kCreate[] = {"create"};
constexpr std::string_view kApprove[] = {"approve"};
constexpr std::string_view kSign[] = {"sign"};

constexpr Object kSecrets[] = {{"", "secrets", ""}};
constexpr Object kRequests[] = {{"certificates.k8s.io", "certificatesigningrequests", ""}};
constexpr Object kApproval[] = {{"certificates.k8s.io", "certificatesigningrequests", "approval"}};
constexpr Object kRequestStatus[] = {
    {"certificates.k8s.io", "certificatesigningrequests", "status"}};
constexpr Object kSigners[] = {{"certificates.k8s.io", "signers", ""}};
constexpr Object kNodes[] = {{"", "nodes", ""}, {"", "nodes", "status"}};
constexpr Object kVolumes[] = {{"", "persistentvolumes", ""}};
constexpr Object kClaims[] = {{"", "persistentvolumeclaims", ""}};
constexpr Object kNamespaces[] = {{"", "namespaces", ""}};
constexpr Object kPods[] = {{"", "pods", ""},
                            {"apps", "deployments", ""},
                            {"apps", "daemonsets", ""},
                            {"apps", "statefulsets", ""},
                            {"apps", "replicasets", ""},
                            {"", "replicationcontrollers", ""},
                            {"batch", "jobs", ""},
                            {"batch", "cronjobs", ""}};
constexpr Object kPod[] = {{"", "pods", ""}};
constexpr Object kPodBinding[] = {{"", "pods", "binding"}};
constexpr Object kTraffic[] = {
    {"", "endpoints", ""}, {"discovery.k8s.io", "endpointslices", ""}, {"", "services", "status"}};
constexpr Object kClusterRoles[] = {{"rbac.authorization.k8s.io", "clusterroles", ""}};
// Objects that a controller with strong rights carries out.
constexpr Object kDeputies[] = {{"argoproj.io", "applications", ""},
                                {"argoproj.io", "applicationsets", ""},
                                {"argoproj.io", "workflows", ""},
                                {"kustomize.toolkit.fluxcd.io", "kustomizations", ""},
                                {"helm.toolkit.fluxcd.io", "helmreleases", ""},
                                {"tekton.dev", "pipelineruns", ""},
                                {"tekton.dev", "taskruns", ""},
                                {"kubernetes.crossplane.io", "objects", ""},
                                {"velero.io", "restores", ""},
                                {"external-secrets.io", "externalsecrets", ""},
                                {"external-secrets.io", "clustersecretstores", ""},
                                {"karpenter.k8s.aws", "ec2nodeclasses", ""}};

constexpr Need kReadSecrets[] = {{kRead, kSecrets}};
constexpr Need kApproveRequests[] = {
    {kCreate, kRequests}, {kChange, kApproval}, {kApprove, kSigners}};
constexpr Need kSignRequests[] = {{kChange, kRequestStatus}, {kSign, kSigners}};
constexpr Need kChangeNodes[] = {{kChange, kNodes}};
constexpr Need kHostVolumes[] = {{kCreate, kVolumes}, {kCreate, kClaims}, {kCreate, kPods}};
constexpr Need kRelaxNamespaces[] = {{kChange, kNamespaces}, {kCreate, kPods}};
constexpr Need kBootstrapTokens[] = {{kCreate, kSecrets}};
constexpr Need kPlacePods[] = {{kCreate, kPodBinding}, {kCreate, kPod}};
constexpr Need kRedirect[] = {{kWrite, kTraffic}};
constexpr Need kLabelRoles[] = {{kWrite, kClusterRoles}};
constexpr Need kWriteDeputies[] = {{kWrite, kDeputies}};

constexpr Primitive kPrimitives[] = {
    {"primitive-secrets", "reads the Secrets of every namespace", kReadSecrets, ""},
    {"primitive-certificates",
     "approves certificate requests of its own: a certificate makes it any user but system:masters",
     kApproveRequests, ""},
    {"primitive-certificates", "signs certificate requests: a certificate makes it any user",
     kSignRequests, ""},
    {"primitive-nodes",
     "changes nodes: labels and taints draw other people's pods to a node that it holds",
     kChangeNodes, ""},
    {"primitive-host-volumes",
     "makes volumes and pods that mount them: a hostPath volume is a node's disk, which Pod "
     "Security does not see",
     kHostVolumes, ""},
    {"primitive-pod-security",
     "changes namespaces, whose labels say what Pod Security refuses, and starts pods in them",
     kRelaxNamespaces, "*"},
    {"primitive-bootstrap-tokens",
     "makes Secrets in kube-system: one of type bootstrap.kubernetes.io/token lets a node join",
     kBootstrapTokens, "kube-system"},
    {"primitive-pod-binding", "starts pods and binds them to any node, past the scheduler",
     kPlacePods, "*"},
    {"primitive-traffic",
     "writes endpoints or services' status: traffic meant for others goes where it says", kRedirect,
     "*"},
    {"primitive-aggregation",
     "writes ClusterRoles: with a label aggregate-to-view, -edit or -admin its own permissions "
     "become everybody's who holds those roles",
     kLabelRoles, ""},
    {"primitive-deputy", "writes objects that a controller carries out with rights of its own",
     kWriteDeputies, "*"},
};

// What one subject holds.
struct Held {
  const RbacBinding* binding;
  const RbacRole* role;
};
using SubjectKey = std::tuple<Str, Str, Str>;  // kind, namespace, name

class Primitives {
 public:
  Primitives(Reporter& to, uint32_t c)
      : to_(to), cluster_(to.graph().clusters[c]), engine_(to.world().cluster(c)) {}

  void Run() {
    Collect();
    for (const auto& [subject, held] : held_) {
      if (!IsAdministrator(held)) {
        for (const Primitive& primitive : kPrimitives) {
          Look(subject, held, primitive);
        }
      }
    }
  }

 private:
  void Collect() {
    for (const uint32_t i : cluster_.bindings) {
      const RbacBinding& binding = to_.facts().bindings[i];
      if (binding.builtin || binding.refused || !to_.graph().InWorld(binding)) {
        continue;
      }
      const RbacRole* role = RoleOf(binding);
      for (const facts::Subject& subject : binding.subjects) {
        const Str ns =
            subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
        const SubjectKey key(subject.kind, subject.kind == "ServiceAccount" ? ns : Str(),
                             subject.name);
        if (IsSystemName(binding.name)) {
          system_.insert(key);  // the system's own, whatever else is bound to it
        } else if (role != nullptr && !IsSystemName(subject.name)) {
          held_[key].push_back({&binding, role});
        }
      }
    }
    for (const SubjectKey& key : system_) {
      held_.erase(key);
    }
  }

  const RbacRole* RoleOf(const RbacBinding& binding) const {
    const auto at =
        std::find_if(engine_.roles.begin(), engine_.roles.end(), [&](const RbacRole* role) {
          return role->name == binding.role_name &&
                 role->cluster_role == (binding.role_kind == "ClusterRole") &&
                 (role->cluster_role || role->namespace_name == binding.namespace_name);
        });
    return at == engine_.roles.end() ? nullptr : *at;
  }

  bool Grants(const RbacRole& role, const Object& object, std::string_view verb) const {
    rbac::Request request;
    request.verb = verb;
    request.group = object.group;
    request.resource = object.resource;
    request.subresource = object.subresource;
    // Signers are asked by name, then by their domain.
    constexpr std::string_view kSigner[] = {"kubernetes.io/kube-apiserver-client",
                                            "kubernetes.io/*"};
    constexpr std::string_view kUnnamed[] = {""};
    const Texts names = object.resource == "signers" ? Texts(kSigner) : Texts(kUnnamed);
    return std::any_of(role.rules.begin(), role.rules.end(), [&](const facts::PolicyRule& rule) {
      if (IsWildcard(rule) && object.resource != "*") {
        return false;
      }
      return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        request.name = name;
        return rbac::MatchRule(rule, request, {}, &to_.facts().holes) == Tri::kTrue;
      });
    });
  }

  // rbac-wildcard and rbac-wildcard-all speak of these, and of all that they hold.
  static bool IsWildcard(const facts::PolicyRule& rule) {
    const auto star = [](const std::vector<Str>& texts) {
      return std::find(texts.begin(), texts.end(), "*") != texts.end();
    };
    return star(rule.resources) && (star(rule.verbs) || star(rule.api_groups));
  }

  // Does it hold everything already? Other rules speak of that.
  bool IsAdministrator(const std::vector<Held>& held) const {
    return std::any_of(held.begin(), held.end(), [&](const Held& one) {
      return one.binding->cluster_binding && Grants(*one.role, {"*", "*", ""}, "*");
    });
  }

  // The binding that gives the need, at cluster scope or in the namespace; null if none does.
  const Held* Giver(const std::vector<Held>& held, const Need& need, Str ns) const {
    for (const Held& one : held) {
      if (!one.binding->cluster_binding && (ns.empty() || one.binding->namespace_name != ns)) {
        continue;
      }
      for (const Object& object : need.objects) {
        for (const std::string_view verb : need.verbs) {
          if (Grants(*one.role, object, verb)) {
            return &one;
          }
        }
      }
    }
    return nullptr;
  }

  void Look(const SubjectKey& subject, const std::vector<Held>& held, const Primitive& primitive) {
    std::set<Str> places = {Str()};
    for (const Held& one : held) {
      const bool here = primitive.in_namespace == "*" ||
                        primitive.in_namespace == std::string_view(one.binding->namespace_name);
      if (!one.binding->cluster_binding && !primitive.in_namespace.empty() && here) {
        places.insert(one.binding->namespace_name);
      }
    }
    for (const Str ns : places) {  // cluster-wide first: then namespaces say nothing more
      std::vector<const Held*> givers;
      for (const Need& need : primitive.needs) {
        givers.push_back(Giver(held, need, ns));
      }
      if (std::find(givers.begin(), givers.end(), nullptr) == givers.end()) {
        Say(subject, primitive, givers, ns);
        if (ns.empty()) {
          return;
        }
      }
    }
  }

  void Say(const SubjectKey& subject, const Primitive& primitive,
           const std::vector<const Held*>& givers, Str ns) {
    const auto& [kind, of, name] = subject;
    const std::string who = kind == "ServiceAccount"
                                ? Concat({"sa:", of, "/", name})
                                : Concat({kind == "Group" ? "group:" : "user:", name});
    const RbacBinding& binding = *givers.front()->binding;
    Finding& finding =
        to_.Say(primitive.rule, to_.Show(who), binding.origin,
                Concat({primitive.message, ns.empty() ? "" : Concat({", in namespace ", ns})}),
                Concat({binding.cluster, "|", ns, "|", primitive.message}));
    std::set<const RbacBinding*> told;
    for (const Held* giver : givers) {
      if (told.insert(giver->binding).second) {
        Step& step = finding.path.steps.emplace_back();
        step.edge = "rbac";
        step.from = to_.Show(who);
        step.to = Concat({giver->binding->origin.object, " to ", giver->role->origin.object});
        step.origin = to_.world().OriginOf(giver->binding->origin);
      }
    }
  }

  Reporter& to_;
  const graph::Cluster& cluster_;
  const query::ClusterEngine& engine_;
  std::map<SubjectKey, std::vector<Held>> held_;
  std::set<SubjectKey> system_;
};

}  // namespace

void CheckPrimitives(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    if (to.Wanted(c)) {
      Primitives(to, c).Run();
    }
  }
}

}  // namespace whomay::findings
