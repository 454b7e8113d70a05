// A small cluster for the tests of lib/rbac, from objects in JSON.
#ifndef WHOMAY_TESTS_UNIT_RBAC_WORLD_H_
#define WHOMAY_TESTS_UNIT_RBAC_WORLD_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/policy.h"
#include "syntax/json.h"

namespace whomay::rbac {

// Facts and the policy over them.
class World {
 public:
  World(std::initializer_list<std::string> objects) : World(std::vector<std::string>(objects)) {}
  explicit World(const std::vector<std::string>& objects) {
    for (const std::string& object : objects) {
      const source::FileId file = sources_.Add("object.json", object);
      trees_.push_back(syntax::ParseJson(sources_, {file, 0, static_cast<uint32_t>(object.size())},
                                         diagnostics_));
      EXPECT_TRUE(trees_.back().root()) << object;
      ingest::ReadObject(trees_.back().root(), ingest::KubernetesOptions(), facts, diagnostics_);
    }
  }

  const Policy& policy() {
    if (!built_) {
      built_ = true;
      PolicyBuilder builder({.count_refused = count_refused, .holes = &facts.holes});
      for (const facts::RbacRole& role : facts.roles) {
        builder.Add(role);
      }
      for (const facts::RbacBinding& binding : facts.bindings) {
        builder.Add(binding);
      }
      policy_ = builder.Build();
    }
    return policy_;
  }

  // After a change of the facts.
  const Policy& Rebuild() {
    built_ = false;
    return policy();
  }

  facts::RbacRole& role(std::string_view name) {
    for (facts::RbacRole& role : facts.roles) {
      if (role.name == name) {
        return role;
      }
    }
    ADD_FAILURE() << "no role " << name;
    return facts.roles.front();
  }

  facts::Str Hole(facts::Hole::Kind kind, std::string_view what,
                  std::vector<facts::Str> candidates = {}) {
    facts::Hole hole;
    hole.kind = kind;
    hole.what = facts.Keep(what);
    hole.family = facts.Keep("family");
    hole.candidates = std::move(candidates);
    return facts.AddHole(hole);
  }

  facts::Facts facts;
  bool count_refused = false;

 private:
  source::SourceSet sources_;
  source::Diagnostics diagnostics_;
  std::vector<syntax::Tree> trees_;
  bool built_ = false;
  Policy policy_;
};

inline std::string RoleObject(std::string_view kind, std::string_view space, std::string_view name,
                              std::string_view rules, std::string_view more = "") {
  return Concat({R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")", kind,
                 R"(","metadata":{"name":")", name, R"(")",
                 space.empty() ? "" : Concat({R"(,"namespace":")", space, R"(")"}),
                 more.starts_with(R"("labels")") ? "," : "",
                 more.starts_with(R"("labels")") ? more : "", R"(},"rules":)", rules,
                 !more.empty() && !more.starts_with(R"("labels")") ? "," : "",
                 more.starts_with(R"("labels")") ? "" : more, "}"});
}

inline std::string ClusterRole(std::string_view name, std::string_view rules,
                               std::string_view more = "") {
  return RoleObject("ClusterRole", "", name, rules, more);
}
inline std::string NamespacedRole(std::string_view space, std::string_view name,
                                  std::string_view rules) {
  return RoleObject("Role", space, name, rules);
}

inline std::string BindingObject(std::string_view kind, std::string_view space,
                                 std::string_view name, std::string_view subjects,
                                 std::string_view role_kind, std::string_view role) {
  return Concat({R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")", kind,
                 R"(","metadata":{"name":")", name, R"(")",
                 space.empty() ? "" : Concat({R"(,"namespace":")", space, R"(")"}),
                 R"(},"subjects":)", subjects,
                 R"(,"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":")", role_kind,
                 R"(","name":")", role, R"("}})"});
}
inline std::string ClusterBinding(std::string_view name, std::string_view subjects,
                                  std::string_view role) {
  return BindingObject("ClusterRoleBinding", "", name, subjects, "ClusterRole", role);
}
inline std::string Binding(std::string_view space, std::string_view name, std::string_view subjects,
                           std::string_view role_kind, std::string_view role) {
  return BindingObject("RoleBinding", space, name, subjects, role_kind, role);
}

inline constexpr std::string_view kAlice =
    R"([{"kind":"User","name":"alice","apiGroup":"rbac.authorization.k8s.io"}])";

inline Identity Alice() { return WithImplicitGroups("alice", {}, false); }

// "get pods/log -n shop x", "get /healthz": for tests only; groups as RESOURCE.GROUP.
inline Request Ask(std::string_view text) {
  Request request;
  std::vector<std::string_view> words = Split(text, ' ');
  request.verb = words[0];
  if (words[1].starts_with('/')) {
    request.url = words[1];
    return request;
  }
  std::string_view resource = words[1];
  const size_t slash = resource.find('/');
  if (slash != std::string_view::npos) {
    request.subresource = resource.substr(slash + 1);
    resource = resource.substr(0, slash);
  }
  const size_t dot = resource.find('.');
  request.resource = resource.substr(0, dot);
  if (dot != std::string_view::npos) {
    request.group = resource.substr(dot + 1);
  }
  for (size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "-n") {
      request.namespace_name = words[++i];
    } else {
      request.name = words[i];
    }
  }
  return request;
}

}  // namespace whomay::rbac

#endif  // WHOMAY_TESTS_UNIT_RBAC_WORLD_H_
