// Every input that spec terraform 1.1 and 1.2 list: read, or refused with what to run instead; and
// the worlds of whole plans (1.4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

constexpr char kChange[] =
    R"({"address":"aws_iam_user.u","mode":"managed","type":"aws_iam_user","name":"u","change":{)"
    R"("actions":["create"],"before":null,"after":{"name":"u","path":"/"},"after_unknown":{"arn":true}}})";

std::string PlanOf(const std::string& head) {
  return "{" + head + R"("planned_values":{"root_module":{}},"resource_changes":[)" +
         std::string(kChange) + "]}";
}

const std::string kStateResource =
    R"({"address":"aws_iam_user.u","mode":"managed","type":"aws_iam_user","name":"u","values":{)"
    R"("name":"u","path":"/","arn":"arn:aws:iam::111122223333:user/u"}})";

std::string StateOf(const std::string& head) {
  return "{" + head + R"("values":{"root_module":{"resources":[)" + kStateResource + "]}}}";
}

std::string RawState(int version) {
  return R"({"version":)" + std::to_string(version) +
         R"(,"terraform_version":"1.9.0","serial":3,"lineage":"l","outputs":{},"resources":[)"
         R"({"mode":"managed","type":"aws_iam_user","name":"u",)"
         R"("provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[)"
         R"({"schema_version":0,"attributes":{"name":"u","path":"/",)"
         R"("arn":"arn:aws:iam::111122223333:user/u"}}]}]})";
}

// ASCII only.
std::string Utf16(const std::string& text, bool little) {
  std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : text) {
    out += little ? std::string({c, '\0'}) : std::string({'\0', c});
  }
  return out;
}

const std::string k12 = R"("format_version":"1.2","terraform_version":"1.9.0",)";

TEST(Inputs, AreRead) {
  const std::string plan = PlanOf(k12);
  struct Case {
    std::string what;
    std::string text;
    std::string kind = "terraform-plan";
    size_t users = 1;
    std::string code = "";  // of the one diagnostic
  };
  std::vector<Case> cases = {
      {"OpenTofu", PlanOf(R"("format_version":"1.2","terraform_version":"1.8.0","variables":{},)")},
      {"UTF-16LE, as PowerShell writes it", Utf16(plan, true)},
      {"UTF-16BE", Utf16(plan, false)},
      {"UTF-8 with a mark", "\xEF\xBB\xBF" + plan},
      {"wrapper lines",
       "[command]/opt/terraform-bin show -json p\n" + plan +
           "\n::debug::Terraform exited with code 0.\n::set-output name=stdout::\n"},
      {"marked, with wrapper lines", "\xEF\xBB\xBF[command]terraform-bin show\r\n" + plan + "\r\n"},
      {"no version, as some tools leave it", PlanOf(""), "terraform-plan", 1, "terraform.version"},
      {"HCP's redacted plan", PlanOf(R"("plan_format_version":"1.2","provider_schemas":{},)")},
      {"a fixture of OPA", R"({"input":)" + plan + "}"},
      {"a mock of Sentinel", R"({"mock":{"valid":{"tfplan":)" + plan + R"(},"x":{}}})"},
      {"terragrunt run-all", plan + "\n" + plan, "terraform-plan", 2},
      {"state", StateOf(R"("format_version":"1.0","terraform_version":"1.9.0",)"),
       "terraform-state"},
      {"state of 0.12", StateOf(R"("format_version":"0.1","terraform_version":"0.12.31",)"),
       "terraform-state"},
      {"empty state", R"({"format_version":"1.0"})", "terraform-state", 0},
      {"raw state", RawState(4), "terraform-state"},
      {"refresh-only", R"({"format_version":"1.2","planned_values":{"root_module":{}},)"
                       R"("prior_state":)" +
                           StateOf(R"("format_version":"1.0",)") + "}"},
  };
  for (const char* version : {"0.1", "0.2", "1.0", "1.1", "1.2", "1.7"}) {
    cases.push_back(
        {std::string("format ") + version, PlanOf(R"("format_version":")" + std::string(version) +
                                                  R"(","terraform_version":"9.9.9",)")});
  }
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(one.text, result);
    EXPECT_EQ(result.facts.principals.size(), one.users);
    ASSERT_GE(result.facts.inputs.size(), 1u);
    EXPECT_EQ(result.facts.inputs[0].kind, one.kind);
    EXPECT_TRUE(result.facts.inputs[0].complete);
    EXPECT_FALSE(result.diagnostics.incomplete());
    ASSERT_EQ(result.diagnostics.all().size(), one.code.empty() ? 0u : 1u);
    if (!one.code.empty()) {
      EXPECT_EQ(result.diagnostics.all()[0].code, one.code);
    }
  }
}

TEST(Inputs, AreRefusedWithWhatToRun) {
  const std::string human =
      "Terraform used the selected providers to generate the following "
      "execution plan.\n  # aws_iam_user.u will be created\n";
  const struct {
    const char* what;
    std::string text;
    const char* says;
  } cases[] = {
      {"saved plan", std::string("PK\x03\x04\x14\0\x08\0\0\0tfplan", 16), "terraform show -json"},
      {"saved plan by its configuration",
       std::string("PK\x03\x04\x14\0\0tfconfig/modules.json", 28), "terraform show -json"},
      {"bookmark", R"({"remote_plan_format":1,"run_id":"run-1","hostname":"h"})",
       "terraform show -json"},
      {"for people", human, "terraform show -json"},
      {"for people, in colour", "\x1b[0m\x1b[1m" + human, "terraform show -json"},
      {"for people, by PowerShell", Utf16(human, true), "terraform show -json"},
      {"OpenTofu's for people", "\nOpenTofu will perform the following actions:\n",
       "terraform show -json"},
      {"stream of messages",
       R"({"@level":"info","@message":"Terraform 1.11.4","type":"version","ui":"1.2"})"
       "\n{}\n",
       "terraform show -json"},
      {"schemas", R"({"format_version":"1.0","provider_schemas":{}})", "terraform show -json"},
      {"raw state of 0.11", RawState(3), "terraform show -json"},
      {"a format to come", PlanOf(R"("format_version":"2.0",)"), "2.0 is newer"},
      {"state of a format to come", StateOf(R"("format_version":"2.1",)"), "2.1 is newer"},
      {"an encrypted state of OpenTofu",
       R"({"serial":1,"lineage":"l","meta":{"key_provider.pbkdf2.k":"e30="},)"
       R"("encrypted_data":"AAAA","encryption_version":"v0"})",
       "tofu show -json"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    EXPECT_TRUE(LooksLikeTerraform(one.text));
    ReadResult result;
    ReadText(one.text, result);
    ASSERT_EQ(result.diagnostics.all().size(), 1u);
    EXPECT_THAT(result.diagnostics.all()[0].message, HasSubstr(one.says));
    EXPECT_TRUE(result.diagnostics.incomplete());
    EXPECT_TRUE(result.facts.inputs.empty());
  }
}

// --- Worlds of whole plans

std::string Values(const std::string& name) {
  return R"({"name":")" + name + R"(","path":"/","arn":"arn:aws:iam::111122223333:user/)" + name +
         R"("})";
}
std::string Prior(const std::vector<std::string>& resources) {
  std::string all;
  for (const std::string& one : resources) {
    all += (all.empty() ? "" : ",") + one;
  }
  return R"("prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[)" + all +
         "]}}}";
}
std::string InPrior(const std::string& address, const std::string& name,
                    const std::string& more = "") {
  return R"({"address":")" + address + R"(","mode":"managed","type":"aws_iam_user",)" + more +
         R"("values":)" + Values(name) + "}";
}
std::string ChangeOf(const std::string& address, const std::string& actions,
                     const std::string& before, const std::string& after,
                     const std::string& more = "", const std::string& in_change = "") {
  return R"({"address":")" + address + R"(","mode":"managed","type":"aws_iam_user",)" + more +
         R"("change":{"actions":[)" + actions + R"(],"before":)" +
         (before.empty() ? "null" : Values(before)) + R"(,"after":)" +
         (after.empty() ? "null" : Values(after)) + R"(,"after_unknown":{})" + in_change + "}}";
}
std::string WholePlan(const std::string& changes, const std::string& prior,
                      const std::string& more = R"("applyable":true,"complete":true)") {
  return "{" + k12 + R"("planned_values":{"root_module":{}},)" +
         (changes.empty() ? "" : R"("resource_changes":[)" + changes + "],") + prior + "," + more +
         "}";
}

TEST(Inputs, WorldsOfWholePlans) {
  const std::string u = "aws_iam_user.u";
  const struct {
    const char* what;
    std::string plan;
    std::vector<std::string> before, after;
    bool complete = true;
  } cases[] = {
      {"destroy",
       WholePlan(ChangeOf(u, R"("delete")", "a", "") + "," +
                     ChangeOf("aws_iam_user.v", R"("delete")", "b", ""),
                 Prior({InPrior(u, "a"), InPrior("aws_iam_user.v", "b")})),
       {"a", "b"},
       {}},
      {"refresh-only: what was found stands in the prior state",
       WholePlan("", Prior({InPrior(u, "found")}),
                 R"("resource_drift":[)" + ChangeOf(u, R"("update")", "applied", "found") + "]"),
       {"found"},
       {"found"}},
      {"-target leaves the rest as it is",
       WholePlan(ChangeOf(u, R"("update")", "a", "b"),
                 Prior({InPrior(u, "a"), InPrior("aws_iam_user.v", "v")}), R"("complete":false)"),
       {"a", "v"},
       {"b", "v"},
       false},
      {"errored: what was planned before the error",
       WholePlan(ChangeOf(u, R"("create")", "", "a"), Prior({InPrior("aws_iam_user.v", "v")}),
                 R"("errored":true,"applyable":false,"complete":false)"),
       {"v"},
       {"a", "v"},
       false},
      {"deferred, one of unknown many",
       WholePlan(
           "", Prior({InPrior("aws_iam_user.v", "v")}),
           R"("complete":false,"deferred_changes":[{"reason":"instance_count_unknown",)"
           R"("resource_change":)" +
               ChangeOf("aws_iam_user.u[*]", R"("create")", "", "d", R"("index_unknown":true,)") +
               "}]"),
       {"v"},
       {"d", "v"},
       false},
      {"replace, the new one first",
       WholePlan(ChangeOf(u, R"("create","delete")", "a", "b"), Prior({InPrior(u, "a")})),
       {"a"},
       {"b"}},
      {"import that changes",
       WholePlan(ChangeOf(u, R"("update")", "a", "b", "", R"(,"importing":{"id":"a"})"),
                 Prior({InPrior(u, "a")})),
       {"a"},
       {"b"}},
      {"import of what no prior state holds",
       WholePlan(ChangeOf(u, R"("no-op")", "a", "a", "", R"(,"importing":{"id":"a"})"), Prior({})),
       {"a"},
       {"a"}},
      {"move and update",
       WholePlan(ChangeOf("aws_iam_user.new", R"("update")", "a", "b",
                          R"("previous_address":"aws_iam_user.u",)"),
                 Prior({InPrior(u, "a")})),
       {"a"},
       {"b"}},
      {"two that change places",
       WholePlan(ChangeOf("aws_iam_user.v", R"("no-op")", "a", "a",
                          R"("previous_address":"aws_iam_user.u",)") +
                     "," +
                     ChangeOf(u, R"("no-op")", "b", "b", R"("previous_address":"aws_iam_user.v",)"),
                 Prior({InPrior(u, "a"), InPrior("aws_iam_user.v", "b")})),
       {"a", "b"},
       {"a", "b"}},
      {"forget: it lives on",
       WholePlan(ChangeOf(u, R"("forget")", "a", ""), Prior({InPrior(u, "a")})),
       {"a"},
       {"a"}},
      {"replace without destroying: both live",
       WholePlan(ChangeOf(u, R"("create","forget")", "a", "b"), Prior({InPrior(u, "a")})),
       {"a"},
       {"a", "b"}},
      {"a deposed object goes",
       WholePlan(ChangeOf(u, R"("delete")", "old", "", R"("deposed":"00aa",)"),
                 Prior({InPrior(u, "a"), InPrior(u, "old", R"("deposed_key":"00aa",)")})),
       {"a", "old"},
       {"a"}},
      {"an action to come counts as an update",
       WholePlan(ChangeOf(u, R"("transmute")", "a", "b"), Prior({InPrior(u, "a")})),
       {"a"},
       {"b"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(one.plan, result);
    std::vector<std::string> before, after;
    for (const facts::IamPrincipal& user : result.facts.principals) {
      if ((user.worlds & facts::kBefore) != 0) {
        before.emplace_back(user.name);
      }
      if ((user.worlds & facts::kAfter) != 0) {
        after.emplace_back(user.name);
      }
    }
    EXPECT_THAT(before, UnorderedElementsAreArray(one.before));
    EXPECT_THAT(after, UnorderedElementsAreArray(one.after));
    ASSERT_EQ(result.facts.inputs.size(), 1u);
    EXPECT_EQ(result.facts.inputs[0].complete, one.complete);
    EXPECT_EQ(result.diagnostics.incomplete(), !one.complete);
  }
}

// What lives on without Terraform is said; what somebody changed by other means, in a note.
TEST(Inputs, ForgottenObjectsAndDriftAreSaid) {
  const std::string u = "aws_iam_user.u";
  const std::string prior = Prior({InPrior(u, "a")});
  const struct {
    const char* what;
    std::string plan;
    const char* code;
    source::Severity severity;
    const char* says;
  } cases[] = {
      {"forget", WholePlan(ChangeOf(u, R"("forget")", "a", ""), prior), "terraform.forgotten",
       source::Severity::kWarning, "lives on"},
      {"drift",
       WholePlan("", prior, R"("resource_drift":[)" + ChangeOf(u, R"("update")", "b", "a") + "]"),
       "terraform.drift", source::Severity::kNote, "changed outside of Terraform: name, arn"},
      {"deleted by others",
       WholePlan("", prior, R"("resource_drift":[)" + ChangeOf(u, R"("delete")", "b", "") + "]"),
       "terraform.drift", source::Severity::kNote, "deleted outside of Terraform"},
      {"moved only",
       WholePlan("", prior, R"("resource_drift":[)" + ChangeOf(u, R"("no-op")", "a", "a") + "]"),
       "", source::Severity::kNote, ""},
      {"of no type that matters",
       WholePlan("", prior,
                 R"("resource_drift":[{"address":"x.y","type":"x","change":{"before":{"a":1},)"
                 R"("after":{"a":2}}}])"),
       "", source::Severity::kNote, ""},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(one.plan, result);
    EXPECT_FALSE(result.diagnostics.incomplete());
    ASSERT_EQ(result.diagnostics.all().size(), *one.code == '\0' ? 0u : 1u);
    if (*one.code != '\0') {
      EXPECT_EQ(result.diagnostics.all()[0].code, one.code);
      EXPECT_EQ(result.diagnostics.all()[0].severity, one.severity);
      EXPECT_THAT(result.diagnostics.all()[0].message, HasSubstr(one.says));
      EXPECT_EQ(result.diagnostics.all()[0].path, u);
    }
  }
}

}  // namespace
}  // namespace whomay::ingest
