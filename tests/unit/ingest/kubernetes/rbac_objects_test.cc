#include "ingest/kubernetes/rbac_objects.h"

#include <gtest/gtest.h>

#include "facts/hole.h"
#include "syntax/tree_core.h"
#include "tests/unit/ingest/kubernetes/reading.h"

namespace whomay::ingest {
namespace {

std::string Rbac(std::string_view kind, std::string_view rest) {
  return "{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"" + std::string(kind) +
         "\"," + std::string(rest) + "}";
}

std::vector<std::string> Errors(const RbacCheck& check) {
  std::vector<std::string> errors;
  for (const ValidationError& error : check.errors) {
    errors.push_back(error.text);
  }
  return errors;
}

TEST(RbacValidation, MessagesAndOrder) {
  const struct {
    const char* kind;
    const char* rest;
    std::vector<std::string> errors;
  } cases[] = {
      {"Role", R"("metadata":{"name":"a","namespace":"b"})", {}},
      {"ClusterRole", R"("metadata":{"name":"system:A b","namespace":"NO!"},"rules":null)", {}},
      {"Role",
       R"("rules":[{}])",
       {"metadata.name: Required value: name or generateName is required",
        "metadata.namespace: Required value",
        "rules[0].verbs: Required value: verbs must contain at least one value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource"}},
      {"Role",
       R"("metadata":{"name":"a","namespace":"b"},"rules":[{"verbs":["get"],"resources":["x"],
          "nonResourceURLs":["/a","<"]}])",
       {"rules[0].nonResourceURLs: Invalid value: [\"/a\",\"\\u003c\"]: namespaced rules cannot "
        "apply "
        "to non-resource URLs",
        "rules[0].nonResourceURLs: Invalid value: [\"/a\",\"\\u003c\"]: rules cannot apply to both "
        "regular resources and non-resource URLs"}},
      {"ClusterRole",
       R"("metadata":{"name":"a"},"rules":[{"verbs":["get"],"nonResourceURLs":["x"]}])",
       {}},
      {"ClusterRole",
       R"("metadata":{"name":"a"},"aggregationRule":{})",
       {"aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector "
        "required if aggregationRule is non-nil"}},
      {"ClusterRole",
       R"("metadata":{"name":"a"},"aggregationRule":{"clusterRoleSelectors":[{},
          {"matchExpressions":[{"key":"k","operator":"in"},{"key":"k","operator":"Exists",
          "values":["x"]},{"key":"k","operator":"NotIn"}]}]})",
       {"aggregationRule.clusterRoleSelectors[1].matchExpressions[0].operator: Invalid value: "
        "\"in\": not a valid selector operator",
        "aggregationRule.clusterRoleSelectors[1].matchExpressions[1].values: Forbidden: may not be "
        "specified when `operator` is 'Exists' or 'DoesNotExist'",
        "aggregationRule.clusterRoleSelectors[1].matchExpressions[2].values: Required value: must "
        "be "
        "specified when `operator` is 'In' or 'NotIn'",
        "aggregationRule.clusterRoleSelectors[1]: Invalid value: null: invalid label selector."}},
      {"RoleBinding",
       R"("metadata":{"name":"a/b","namespace":"x.y"},"roleRef":{"kind":"role","name":".."},
          "subjects":[{"kind":"user"},{"kind":"User","name":"u","apiGroup":"v1"},
          {"kind":"ServiceAccount","name":"s","apiGroup":"x"}])",
       {"metadata.name: Invalid value: \"a/b\": may not contain '/'",
        "metadata.namespace: Invalid value: \"x.y\": must not contain dots",
        "roleRef.kind: Unsupported value: \"role\": supported values: \"Role\", \"ClusterRole\"",
        "roleRef.name: Invalid value: \"..\": may not be '..'", "subjects[0].name: Required value",
        "subjects[0].kind: Unsupported value: \"user\": supported values: \"ServiceAccount\", "
        "\"User\", \"Group\"",
        "subjects[1].apiGroup: Unsupported value: \"v1\": supported values: "
        "\"rbac.authorization.k8s.io\"",
        "subjects[2].apiGroup: Unsupported value: \"x\": supported values: \"\""}},
      {"ClusterRoleBinding",
       R"("metadata":{"name":"a"},"roleRef":{"apiGroup":"x","kind":"Role"},
          "subjects":[{"kind":"ServiceAccount","name":"s"},{"kind":"Group","name":"a b"}])",
       {"roleRef.apiGroup: Unsupported value: \"x\": supported values: "
        "\"rbac.authorization.k8s.io\"",
        "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"",
        "roleRef.name: Required value", "subjects[0].namespace: Required value"}},
      {"ClusterRole",
       R"("metadata":{"name":"a","generation":-1,"annotations":{"A/b":"x"},"finalizers":["foo"],
          "ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"e","uid":"1",
          "controller":true}]})",
       {"metadata.generation: Invalid value: -1: must be greater than or equal to 0",
        "metadata.ownerReferences: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\","
        "\"name\":\"e\",\"uid\":\"1\",\"controller\":true}: /v1, Kind=Event is disallowed from "
        "being "
        "an owner",
        "metadata.finalizers[0]: Invalid value: \"foo\": name is neither a standard finalizer name "
        "nor is it fully qualified"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rest);
    const Parsed parsed(Rbac(c.kind, c.rest));
    const RbacCheck check = CheckRbacObject(parsed.root());
    EXPECT_EQ(check.decode_error, "");
    EXPECT_EQ(Errors(check), c.errors);
  }
}

TEST(RbacCheck, KindAndVersionAreExact) {
  for (const char* object :
       {R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"role"})",
        R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Roles"})",
        R"({"apiVersion":"rbac.authorization.k8s.io/v1beta1","kind":"Role"})",
        R"({"apiVersion":"v1","kind":"Role"})", R"({"kind":"Role"})",
        R"({"apiVersion":"rbac.authorization.k8s.io/v1"})", R"({"apiVersion":1,"kind":"Role"})"}) {
    const Parsed parsed(object);
    EXPECT_NE(CheckRbacObject(parsed.root()).decode_error, "") << object;
  }
}

TEST(ReadRbac, DefaultsAndNulls) {
  const Reading reading(Rbac("RoleBinding", R"("metadata":{"name":"b","namespace":"shop"},
      "roleRef":{"kind":"ClusterRole","name":"view"},
      "subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"},
                  {"kind":"Group","name":"g","apiGroup":"rbac.authorization.k8s.io"}])"));
  ASSERT_EQ(reading.facts.bindings.size(), 1u);
  const facts::RbacBinding& binding = reading.facts.bindings[0];
  EXPECT_FALSE(binding.cluster_binding);
  EXPECT_FALSE(binding.refused);
  EXPECT_EQ(binding.role_api_group, kRbacGroup);
  EXPECT_EQ(binding.origin.object, "RoleBinding shop/b");
  ASSERT_EQ(binding.subjects.size(), 3u);
  EXPECT_EQ(binding.subjects[0].api_group, kRbacGroup);
  EXPECT_EQ(binding.subjects[1].api_group, "");
  EXPECT_EQ(binding.subjects[1].namespace_name, "");
  EXPECT_TRUE(binding.subjects[1].span.known());

  const Reading role(Rbac("ClusterRole", R"("metadata":{"name":"r","namespace":"dropped",
      "labels":{"b":"2","a":null,"b":"3"}},"rules":[{"verbs":["get"],"apiGroups":[""],
      "resources":[null,"pods"]},null])"));
  ASSERT_EQ(role.facts.roles.size(), 1u);
  const facts::RbacRole& fact = role.facts.roles[0];
  EXPECT_EQ(fact.namespace_name, "");
  ASSERT_EQ(fact.labels.size(), 2u);
  EXPECT_EQ(fact.labels[0], std::pair(facts::Str("a"), facts::Str("")));
  EXPECT_EQ(fact.labels[1], std::pair(facts::Str("b"), facts::Str("3")));
  ASSERT_EQ(fact.rules.size(), 2u);
  EXPECT_EQ(fact.rules[0].resources, (std::vector<facts::Str>{"", "pods"}));
  EXPECT_TRUE(fact.refused) << "the second rule is empty";
  EXPECT_FALSE(fact.has_aggregation_rule);
}

TEST(ReadRbac, RefusedObjectsCountWhenAClusterHasThem) {
  const std::string invalid = R"("roleRef":{"kind":"ClusterRole","name":"view"},
      "subjects":[{"kind":"user","name":"u"}],"metadata":{"name":"b","namespace":"shop")";
  const struct {
    const char* more;
    bool refused;
  } cases[] = {{"}", true},
               {",\"uid\":\"1\"}", false},
               {",\"resourceVersion\":\"7\"}", false},
               {",\"uid\":\"\"}", true}};
  for (const auto& c : cases) {
    const Reading reading(Rbac("RoleBinding", invalid + c.more));
    ASSERT_EQ(reading.facts.bindings.size(), 1u) << c.more;
    EXPECT_EQ(reading.facts.bindings[0].refused, c.refused) << c.more;
    EXPECT_EQ(reading.codes(), std::vector<std::string>{"kubernetes.refused"});
    EXPECT_FALSE(reading.diagnostics.incomplete());
  }
}

// An object as Terraform gives it: texts with holes stand where values are not known until apply.
class HoleTree {
 public:
  HoleTree() : file_(sources_.Add("plan.json", "{}")), builder_(file_, sources_.bytes(file_), 64) {}

  // Alternating keys and values; a value "{" or "[" opens, a key "}" closes.
  syntax::Tree Build(const std::vector<std::string>& tokens) {
    bool in_list = false;
    std::vector<bool> lists;
    builder_.Begin(syntax::Kind::kObject, 0);
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i] == "}") {
        builder_.End(2);
        in_list = lists.back();
        lists.pop_back();
        continue;
      }
      if (!in_list) {
        builder_.OwnKey(tokens[i++], 0, 0);
      }
      if (tokens[i] == "{" || tokens[i] == "[") {
        builder_.Begin(tokens[i] == "{" ? syntax::Kind::kObject : syntax::Kind::kArray, 0);
        lists.push_back(in_list);
        in_list = tokens[i] == "[";
      } else {
        builder_.OwnText(syntax::Kind::kString, tokens[i], 0, 2);
      }
    }
    builder_.End(2);
    return builder_.Finish();
  }

 private:
  source::SourceSet sources_;
  source::FileId file_;
  syntax::TreeBuilder builder_;
};

constexpr char kVersion[] = "rbac.authorization.k8s.io/v1";

TEST(ReadRbac, HolesFitEverywhereAndAreKept) {
  facts::Facts facts;
  source::Diagnostics diagnostics;
  facts::Hole local;
  local.what = "local.x";
  const std::string hole(facts.AddHole(local));
  const facts::HoleId id = facts::WholeHole(hole);

  HoleTree rules_tree, rule_tree, verbs_tree, binding_tree, ref_tree, meta_tree;
  const std::vector<std::pair<HoleTree*, std::vector<std::string>>> roles = {
      {&rules_tree, {"rules", hole}},
      {&rule_tree, {"rules", "[", hole, "}"}},
      {&verbs_tree,
       {"rules", "[", "{", "verbs", hole, "apiGroups", "[", "", "}", "resources", "[", "pods", "}",
        "}", "}"}},
  };
  for (const auto& [maker, rest] : roles) {
    std::vector<std::string> tokens = {"apiVersion", kVersion, "kind",      "Role", "metadata", "{",
                                       "name",       "r",      "namespace", hole,   "}"};
    tokens.insert(tokens.end(), rest.begin(), rest.end());
    const syntax::Tree tree = maker->Build(tokens);
    ReadObject(tree.root(), {}, facts, diagnostics);
    ASSERT_FALSE(facts.roles.empty());
    EXPECT_EQ(facts.roles.back().rules_open, id);
    EXPECT_EQ(facts.roles.back().namespace_name, hole);
    EXPECT_FALSE(facts.roles.back().refused);
  }
  const syntax::Tree binding =
      binding_tree.Build({"apiVersion",  kVersion,  "kind", "ClusterRoleBinding",
                          "metadata",    "{",       "name", "b" + hole,
                          "}",           "roleRef", "{",    "kind",
                          "ClusterRole", "name",    hole,   "}",
                          "subjects",    "[",       hole,   "{",
                          "kind",        "Group",   "name", hole,
                          "}",           "}"});
  ReadObject(binding.root(), {}, facts, diagnostics);
  ASSERT_EQ(facts.bindings.size(), 1u);
  EXPECT_EQ(facts.bindings[0].subjects_open, id);
  EXPECT_EQ(facts.bindings[0].role_name, hole);
  ASSERT_EQ(facts.bindings[0].subjects.size(), 1u);
  EXPECT_EQ(facts.bindings[0].subjects[0].name, hole);
  EXPECT_EQ(facts.bindings[0].origin.object, "ClusterRoleBinding b*");
  EXPECT_FALSE(facts.bindings[0].refused);

  const syntax::Tree reference =
      ref_tree.Build({"apiVersion", kVersion, "kind", "RoleBinding", "metadata", "{", "name", "b",
                      "namespace", "ns", "}", "roleRef", hole, "subjects", hole});
  ReadObject(reference.root(), {}, facts, diagnostics);
  EXPECT_EQ(facts.bindings.back().role_name, hole);
  EXPECT_EQ(facts.bindings.back().role_kind, hole);
  EXPECT_EQ(facts.bindings.back().subjects_open, id);

  const syntax::Tree meta = meta_tree.Build(
      {"apiVersion", kVersion, "kind", "Role", "metadata", hole, "rules", "[", "}"});
  ReadObject(meta.root(), {}, facts, diagnostics);
  EXPECT_EQ(facts.roles.back().name, hole);
  EXPECT_EQ(facts.roles.back().namespace_name, hole);
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.all()[0].message;
}

}  // namespace
}  // namespace whomay::ingest
