#include "ingest/kubernetes/decode.h"

#include <gtest/gtest.h>

#include "ingest/kubernetes/schemas.h"
#include "tests/unit/ingest/kubernetes/reading.h"

namespace whomay::ingest {
namespace {

TEST(Decode, WrongTypesMakeTheObjectUndecodable) {
  const struct {
    std::string_view name;
    const Schema* schema;
    const char* object;
    const char* error;
  } cases[] = {
      {"text for a list", &kRoleSchema, R"({"rules":[{"verbs":"get"}]})",
       "json: cannot unmarshal string into Go struct field PolicyRule.rules.verbs of type "
       "[]string"},
      {"number for a text", &kRoleSchema, R"({"rules":[{"verbs":[1]}]})",
       "json: cannot unmarshal number into Go struct field PolicyRule.rules.verbs of type string"},
      {"list for a text", &kClusterRoleSchema, R"({"rules":[{"verbs":[["get"]]}]})",
       "json: cannot unmarshal array into Go struct field PolicyRule.rules.verbs of type string"},
      {"text for a rule", &kRoleSchema, R"({"rules":["get pods"]})",
       "json: cannot unmarshal string into Go struct field Role.rules of type v1.PolicyRule"},
      {"object for a list", &kRoleSchema, R"({"rules":{"verbs":["get"]}})",
       "json: cannot unmarshal object into Go struct field Role.rules of type []v1.PolicyRule"},
      {"text for an object", &kRoleBindingSchema, R"({"roleRef":"view"})",
       "json: cannot unmarshal string into Go struct field RoleBinding.roleRef of type v1.RoleRef"},
      {"Boolean in labels", &kRoleSchema, R"({"metadata":{"labels":{"a":true}}})",
       "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type "
       "string"},
      {"list for aggregationRule", &kClusterRoleSchema, R"({"aggregationRule":[]})",
       "json: cannot unmarshal array into Go struct field ClusterRole.aggregationRule of type "
       "v1.AggregationRule"},
      {"the first of two", &kRoleBindingSchema, R"({"subjects":[{"name":1}],"roleRef":[]})",
       "json: cannot unmarshal number into Go struct field Subject.subjects.name of type string"},
      {"fraction for an integer", &kRoleSchema, R"({"metadata":{"generation":1.5}})",
       "json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of "
       "type int64"},
      {"text for an integer", &kRoleSchema, R"({"metadata":{"generation":"1"}})",
       "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type "
       "int64"},
      {"no time", &kRoleSchema, R"({"metadata":{"creationTimestamp":"yesterday"}})",
       "parsing time \"yesterday\": no RFC 3339 time"},
      {"hostNetwork as a text", &kPodSchema, R"({"spec":{"hostNetwork":"true"}})",
       "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Parsed parsed(c.object);
    const DecodeResult result = Decode(parsed.root(), *c.schema);
    EXPECT_EQ(result.error, c.error);
    EXPECT_TRUE(result.error_span.known());
    EXPECT_TRUE(result.unknown_fields.empty());
  }
}

TEST(Decode, TakesWhatTheServerTakes) {
  const struct {
    std::string_view name;
    const Schema* schema;
    const char* object;
  } cases[] = {
      {"null everywhere", &kClusterRoleSchema,
       R"({"metadata":null,"rules":[null,{"verbs":null},{"verbs":[null]}],"aggregationRule":null})"},
      {"null in labels", &kRoleSchema, R"({"metadata":{"labels":{"a":null},"generation":null}})"},
      {"later key wins", &kRoleSchema, R"({"rules":"all","rules":[]})"},
      {"later label wins", &kRoleSchema, R"({"metadata":{"labels":{"a":1,"a":"b"}}})"},
      {"whole number", &kRoleSchema, R"({"metadata":{"generation":-9223372036854775808}})"},
      {"managed fields of any shape", &kRoleSchema,
       R"({"metadata":{"managedFields":[{"fieldsV1":{"f:rules":{}},"time":"2024-01-01T00:00:00Z"}]}})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Parsed parsed(c.object);
    const DecodeResult result = Decode(parsed.root(), *c.schema);
    EXPECT_EQ(result.error, "");
    EXPECT_TRUE(result.unknown_fields.empty());
  }
}

TEST(Decode, ReportsUnknownFieldsInDocumentOrder) {
  const struct {
    const Schema* schema;
    const char* object;
    std::vector<std::string> paths;
  } cases[] = {
      {&kRoleSchema,
       R"({"Rules":[],"rules":[{"verb":["get"],"apigroups":[]},{"verb":[]}]})",
       {"Rules", "rules[0].verb", "rules[0].apigroups", "rules[1].verb"}},
      {&kRoleBindingSchema,
       R"({"subjects":[{"Name":"a"}],"Subjects":[],"roleRef":{"namespace":"x"}})",
       {"subjects[0].Name", "Subjects", "roleRef.namespace"}},
      {&kRoleSchema,
       R"({"aggregationRule":{},"metadata":{"Labels":{},"clusterName":"x"}})",
       {"aggregationRule", "metadata.Labels", "metadata.clusterName"}},
      {&kRoleSchema, R"({"x":1,"x":2})", {"x"}},
      {&kPodSchema, R"({"spec":{"containers":[]},"status":{}})", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.object);
    const Parsed parsed(c.object);
    const DecodeResult result = Decode(parsed.root(), *c.schema);
    EXPECT_TRUE(result.ok()) << result.error;
    std::vector<std::string> paths;
    for (const UnknownField& field : result.unknown_fields) {
      paths.push_back(field.path);
      EXPECT_TRUE(field.span.known());
    }
    EXPECT_EQ(paths, c.paths);
  }
}

TEST(Decode, KeepsNoMoreThanAHundredUnknownFields) {
  std::string object = "{";
  for (int i = 0; i < 300; ++i) {
    object += (i > 0 ? ",\"x" : "\"x") + std::to_string(i) + "\":0";
  }
  const Parsed parsed(object + "}");
  EXPECT_EQ(Decode(parsed.root(), kRoleSchema).unknown_fields.size(), 100u);
}

TEST(Decode, Times) {
  for (const char* good :
       {"2024-01-01T00:00:00Z", "2024-02-29T23:59:59.123Z", "2024-01-01T00:00:00+05:30",
        "2024-01-01T1:00:00Z", "2024-01-01T00:00:00,5-01:00"}) {
    EXPECT_TRUE(IsRfc3339(good)) << good;
  }
  for (const char* bad :
       {"", "yesterday", "2024-01-01", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-01-01 00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00z", "2024-01-01T",
        "2024-01-01T00:00:00+5:30", "2024-00-01T00:00:00Z"}) {
    EXPECT_FALSE(IsRfc3339(bad)) << bad;
  }
}

}  // namespace
}  // namespace whomay::ingest
