#include "ingest/terraform/address.h"

#include <gtest/gtest.h>

namespace whomay::ingest::terraform {
namespace {

struct AddressCase {
  const char* text;
  const char* module;
  const char* module_path;
  bool data;
  const char* type;
  const char* name;
  const char* key;  // as KeySuffix writes it
  const char* unkeyed;
};

TEST(ParseAddress, Cases) {
  const AddressCase cases[] = {
      {"aws_iam_role.x", "", "", false, "aws_iam_role", "x", "", "aws_iam_role.x"},
      {"data.aws_iam_policy_document.x[0]", "", "", true, "aws_iam_policy_document", "x", "[0]",
       "data.aws_iam_policy_document.x"},
      {"module.a.module.b[\"k\"].aws_iam_role.this[\"r\"]", "module.a.module.b[\"k\"]",
       "module.a.module.b", false, "aws_iam_role", "this", "[\"r\"]",
       "module.a.module.b[\"k\"].aws_iam_role.this"},
      // Keys may hold everything that a naive split breaks on.
      {"module.m[\"a.b[0]\"].t.n[\"x\\\"y].z\\\\\"]", "module.m[\"a.b[0]\"]", "module.m", false,
       "t", "n", "[\"x\\\"y].z\\\\\"]", "module.m[\"a.b[0]\"].t.n"},
      {"t.n[\"$${x}\"]", "", "", false, "t", "n", "[\"$${x}\"]", "t.n"},
      {"t.n[\"tab\\there\"]", "", "", false, "t", "n", "[\"tab\\there\"]", "t.n"},
      {"module.data.t.n", "module.data", "module.data", false, "t", "n", "", "module.data.t.n"},
  };
  for (const AddressCase& one : cases) {
    SCOPED_TRACE(one.text);
    const auto address = ParseAddress(one.text);
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->module, one.module);
    EXPECT_EQ(address->module_path, one.module_path);
    EXPECT_EQ(address->data, one.data);
    EXPECT_EQ(address->type, one.type);
    EXPECT_EQ(address->name, one.name);
    EXPECT_EQ(KeySuffix(address->key), one.key);
    EXPECT_EQ(address->unkeyed, one.unkeyed);
  }
}

TEST(ParseAddress, UnescapesKeys) {
  EXPECT_EQ(ParseAddress(R"(t.n["$${x}\n\u00e9"])")->key.text, "${x}\n\xC3\xA9");
}

TEST(ParseAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "t", "t.", "t.n[", "t.n[\"x", "t.n[\"x\"", "t.n[0]x", "module.m",
                           ".t.n", "t..n", "[0].t", "t.n[\"\\q\"]"}) {
    EXPECT_FALSE(ParseAddress(text).has_value()) << text;
  }
}

TEST(Modules, ChainAndLastStep) {
  const std::string module = "module.a[\"x.y\"].module.b[1]";
  EXPECT_EQ(ModuleChain(module), (std::vector<std::string_view>{"module.a[\"x.y\"]", module}));
  EXPECT_EQ(ModulePath(module), "module.a.module.b");
  const auto step = LastModuleStep(module);
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->parent, "module.a[\"x.y\"]");
  EXPECT_EQ(step->name, "b");
  EXPECT_EQ(KeySuffix(step->key), "[1]");
  EXPECT_FALSE(LastModuleStep("").has_value());
}

}  // namespace
}  // namespace whomay::ingest::terraform
