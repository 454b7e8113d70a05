// Unknown values by references: each case is a small plan, its expectation the record that is read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/terraform/terraform.h"
#include "source/limits.h"
#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Roles `a` and `b` (for_each), `c` (count), attached to by aws_iam_role_policy_attachment.x.
std::string Attachment(const std::string& role_expression, const std::string& more_resources = "",
                       const std::string& more_config = "") {
  const std::string role = R"({"name":"NAME"})";
  const auto make = [](const char* address, const char* name) {
    return Create(address, "aws_iam_role", std::string(R"({"name":")") + name + R"("})",
                  R"({"arn":true,"id":true})");
  };
  return Plan(make("aws_iam_role.many[\"a\"]", "ra") + "," +
                  make("aws_iam_role.many[\"b.c\"]", "rb") + "," +
                  make("aws_iam_role.one[0]", "rc") + "," +
                  Create("aws_iam_role_policy_attachment.x", "aws_iam_role_policy_attachment",
                         R"({"policy_arn":"arn:aws:iam::aws:policy/P"})", R"({"role":true})") +
                  more_resources,
              R"({"resources":[{"address":"aws_iam_role_policy_attachment.x","mode":"managed",)"
              R"("type":"aws_iam_role_policy_attachment","name":"x","provider_config_key":"aws",)"
              R"("expressions":{"policy_arn":{"constant_value":"x"},"role":)" +
                  role_expression +
                  R"(}},{"address":"aws_iam_role.many","provider_config_key":"aws"},)"
                  R"({"address":"aws_iam_role.one","provider_config_key":"aws"}])" +
                  more_config + "}",
              R"("variables":{"role":{"value":"given"},"account":{"value":"x"}})");
}

TEST(Resolve, ReferencesToInstances) {
  const struct {
    const char* what;
    const char* expression;
    const char* role;
  } cases[] = {
      {"attribute",
       R"({"references":["aws_iam_role.one[0].name","aws_iam_role.one[0]","aws_iam_role.one"]})",
       "role/rc"},
      {"id",
       R"({"references":["aws_iam_role.one[0].id","aws_iam_role.one[0]","aws_iam_role.one"]})",
       "role/rc"},
      {"key with a dot",
       R"({"references":["aws_iam_role.many[\"b.c\"].name","aws_iam_role.many[\"b.c\"]","aws_iam_role.many"]})",
       "role/rb"},
      {"no attribute, one instance", R"({"references":["aws_iam_role.one"]})", "role/rc"},
      {"splat of several", R"({"references":["aws_iam_role.many"]})",
       "<one of arn:aws:iam::<account of provider aws>:role/ra arn:aws:iam::<account of provider "
       "aws>:role/rb>"},
      {"control references fall out",
       R"({"references":["var.account","data.aws_region.x","aws_iam_role.one[0].name","aws_iam_role.one[0]","aws_iam_role.one"]})",
       "role/rc"},
      {"create or take: the given one falls out",
       R"({"references":["var.create","aws_iam_role.one[0].name","aws_iam_role.one[0]","aws_iam_role.one","var.role"]})",
       "role/rc"},
      {"a local is in no plan", R"({"references":["local.role"]})",
       "<?aws_iam_role_policy_attachment.x.role>"},
      {"a local beside a candidate",
       R"({"references":["local.role","aws_iam_role.many[\"a\"].name","aws_iam_role.many[\"a\"]","aws_iam_role.many"]})",
       "<?aws_iam_role_policy_attachment.x.role>"},
      {"a flag beside a candidate",
       R"({"references":["local.create_role","aws_iam_role.many[\"a\"].name","aws_iam_role.many[\"a\"]","aws_iam_role.many"]})",
       "role/ra"},
      {"no instance",
       R"({"references":["aws_iam_role.none[0].name","aws_iam_role.none[0]","aws_iam_role.none"]})",
       "<?aws_iam_role_policy_attachment.x.role>"},
      {"an index that is not there",
       R"({"references":["aws_iam_role.one[7].name","aws_iam_role.one[7]","aws_iam_role.one"]})",
       "<?aws_iam_role_policy_attachment.x.role>"},
      {"no expression at all", "{}", "<?aws_iam_role_policy_attachment.x.role>"},
      {"garbage", R"({"references":["aws_iam_role.one[","...",""]})",
       "<?aws_iam_role_policy_attachment.x.role>"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(Attachment(one.expression), result);
    const auto lines = result.Of("aws_iam_role_policy_attachment.x");
    ASSERT_THAT(lines, SizeIs(1));
    const std::string prefix = one.role[0] == '<' ? "" : "arn:aws:iam::<account of provider aws>:";
    EXPECT_EQ(lines[0], "after: attach arn:aws:iam::aws:policy/P to " + prefix + one.role);
  }
}

TEST(Resolve, ThroughVariablesAndOutputs) {
  // Two instances of a module `m` with a role each, which its output gives; a second module takes
  // one.
  const auto role = [](const char* key) {
    return Create(std::string("module.m[\"") + key + "\"].aws_iam_role.this", "aws_iam_role",
                  std::string(R"({"name_prefix":")") + key + R"(-"})",
                  R"({"arn":true,"name":true})");
  };
  const auto attachment = [](const char* module) {
    return Create(std::string(module) + ".aws_iam_role_policy_attachment.x",
                  "aws_iam_role_policy_attachment", R"({"policy_arn":"arn:aws:iam::aws:policy/P"})",
                  R"({"role":true})");
  };
  const std::string taker =
      R"("module":{"variables":{"role":{}},"resources":[{"address":"aws_iam_role_policy_attachment.x",)"
      R"("provider_config_key":"aws","expressions":{"role":{"references":["var.role"]}}}]})";
  ReadResult result;
  ReadText(
      Plan(
          role("k") + "," + role("l") + "," + attachment("module.fixed") + "," +
              attachment("module.each[\"l\"]") + "," + attachment("module.all"),
          R"({"module_calls":{"m":{"module":{"outputs":{"role":{"expression":{"references":)"
          R"(["aws_iam_role.this.name","aws_iam_role.this"]}}},"resources":[{"address":"aws_iam_role.this",)"
          R"("provider_config_key":"aws"}]}},)"
          R"("fixed":{"expressions":{"role":{"references":["module.m[\"k\"].role","module.m[\"k\"]"]}},)" +
              taker +
              R"(},"each":{"expressions":{"role":{"references":["module.m","each.key"]}},)" +
              taker + R"(},"all":{"expressions":{"role":{"references":["module.m"]}},)" + taker +
              "}}}"),
      result);
  const std::string account = "arn:aws:iam::<account of provider aws>:role/";
  const std::string k = account + "k-<module.m[\"k\"].aws_iam_role.this.name>";
  const std::string l = account + "l-<module.m[\"l\"].aws_iam_role.this.name>";
  const std::string attach = "after: attach arn:aws:iam::aws:policy/P to ";
  EXPECT_THAT(result.Of("module.fixed.aws_iam_role_policy_attachment.x"), ElementsAre(attach + k));
  EXPECT_THAT(result.Of("module.each[\"l\"].aws_iam_role_policy_attachment.x"),
              ElementsAre(attach + l));
  EXPECT_THAT(result.Of("module.all.aws_iam_role_policy_attachment.x"),
              ElementsAre(attach + "<one of " + k + " " + l + ">"));
}

TEST(Resolve, EachValueLeadsToForEach) {
  ReadResult result;
  ReadText(
      Plan(
          Create("aws_iam_policy.p", "aws_iam_policy", R"({"name":"p","policy":"{}"})",
                 R"({"arn":true})") +
              "," +
              Create("aws_iam_role_policy_attachment.x[\"k\"]", "aws_iam_role_policy_attachment",
                     R"({"role":"r"})", R"({"policy_arn":true})"),
          R"({"resources":[{"address":"aws_iam_policy.p","provider_config_key":"aws"},)"
          R"({"address":"aws_iam_role_policy_attachment.x","provider_config_key":"aws","expressions":)"
          R"({"policy_arn":{"references":["each.value"]}},"for_each_expression":{"references":)"
          R"(["aws_iam_policy.p.arn","aws_iam_policy.p"]}}]})"),
      result);
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.x[\"k\"]"),
              ElementsAre("after: attach arn:aws:iam::<account of provider aws>:policy/p to "
                          "<account of provider aws>/r"));
}

TEST(Resolve, KeysOfOthersAreNotThisBlocks) {
  // x[each.key] is the instance of this block's key; x[each.value.role] may be any.
  for (const auto& [reference, role] :
       {std::pair("each.key", "arn:aws:iam::<account of the provider>:role/ra"),
        std::pair("each.value.role",
                  "<one of arn:aws:iam::<account of the provider>:role/ra "
                  "arn:aws:iam::<account of the provider>:role/rb>")}) {
    ReadResult result;
    ReadText(
        Plan(
            Create("aws_iam_role.r[\"a\"]", "aws_iam_role", R"({"name":"ra"})", R"({"arn":true})") +
                "," +
                Create("aws_iam_role.r[\"b\"]", "aws_iam_role", R"({"name":"rb"})",
                       R"({"arn":true})") +
                "," +
                Create("aws_iam_role_policy_attachment.x[\"a\"]", "aws_iam_role_policy_attachment",
                       R"({"policy_arn":"p"})", R"({"role":true})"),
            std::string(
                R"({"resources":[{"address":"aws_iam_role.r"},{"address":"aws_iam_role_policy_attachment.x",)"
                R"("expressions":{"role":{"references":["aws_iam_role.r",")") +
                reference + R"("]}}}]})"),
        result);
    EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.x[\"a\"]"),
                ElementsAre(std::string("after: attach p to ") + role));
  }
}

TEST(Resolve, ListsOfNamesArePairedOnlyWhenCountsAgree) {
  const auto plan = [](const char* users, const char* marks) {
    return Plan(
        Create("aws_iam_user.u[0]", "aws_iam_user", R"({"name":"u0"})", R"({"arn":true})") + "," +
            Create("aws_iam_user.u[1]", "aws_iam_user", R"({"name":"u1"})", R"({"arn":true})") +
            "," +
            Create("aws_iam_group_membership.m", "aws_iam_group_membership",
                   std::string(R"({"group":"g","users":)") + users + "}",
                   std::string(R"({"users":)") + marks + "}"),
        R"({"resources":[{"address":"aws_iam_user.u"},{"address":"aws_iam_group_membership.m",)"
        R"("expressions":{"users":{"references":["aws_iam_user.u"]}}}]})");
  };
  ReadResult pair, one, known;
  ReadText(plan("[null,null]", "[true,true]"), pair);
  ReadText(plan("[null]", "[true]"), one);
  ReadText(plan(R"(["x",null,null])", "[false,true,true]"), known);
  EXPECT_THAT(pair.Of("aws_iam_group_membership.m"), SizeIs(2));
  EXPECT_THAT(pair.Of("aws_iam_group_membership.m")[1], HasSubstr(":user/u1 of"));
  EXPECT_THAT(one.Of("aws_iam_group_membership.m"), ElementsAre(HasSubstr("<one of")));
  EXPECT_THAT(known.Of("aws_iam_group_membership.m"), SizeIs(3));
}

TEST(Resolve, CyclesAndFloodsEnd) {
  // Two outputs that refer to each other, and an identity provider whose url is its own.
  ReadResult result;
  ReadText(
      Plan(
          Create("aws_iam_role_policy_attachment.x", "aws_iam_role_policy_attachment", "{}",
                 R"({"role":true,"policy_arn":true})") +
              "," +
              Create("aws_iam_openid_connect_provider.p", "aws_iam_openid_connect_provider", "{}",
                     R"({"arn":true,"url":true})") +
              "," +
              Create("data.aws_iam_policy_document.d", "aws_iam_policy_document",
                     R"({"source_policy_documents":[null]})",
                     R"({"json":true,"source_policy_documents":[true]})") +
              "," +
              Create("aws_iam_policy.q", "aws_iam_policy", R"({"name":"q"})",
                     R"({"arn":true,"policy":true})"),
          R"({"resources":[{"address":"aws_iam_role_policy_attachment.x","expressions":{"role":)"
          R"({"references":["module.a.o","module.a"]}}},{"address":"aws_iam_openid_connect_provider.p",)"
          R"("expressions":{"url":{"references":["aws_iam_openid_connect_provider.p.url",)"
          R"("aws_iam_openid_connect_provider.p"]}}},{"address":"data.aws_iam_policy_document.d",)"
          R"("expressions":{"source_policy_documents":{"references":)"
          R"(["data.aws_iam_policy_document.d.json"]}}},{"address":"aws_iam_policy.q","expressions":)"
          R"({"policy":{"references":["data.aws_iam_policy_document.d.json"]}}}],"module_calls":)"
          R"({"a":{"expressions":{"v":{"references":["module.b.o"]}},"module":{"outputs":{"o":)"
          R"({"expression":{"references":["var.v"]}}}}},"b":{"expressions":{"v":{"references":)"
          R"(["module.a.o"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}}})"),
      result);
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.x"), ElementsAre(HasSubstr("<?")));
  EXPECT_THAT(result.Of("aws_iam_openid_connect_provider.p"), SizeIs(1));
  EXPECT_THAT(result.Of("aws_iam_policy.q"), ElementsAre(HasSubstr("open<")));
}

TEST(Resolve, AssumeFillsByHand) {
  TerraformOptions options;
  options.assume["aws_iam_role_policy_attachment.x.role"] = "byhand";
  options.accounts["aws"] = "111122223333";
  ReadResult result;
  ReadText(Attachment(R"({"references":["local.role"]})"), result, options);
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.x"),
              ElementsAre("after: attach arn:aws:iam::aws:policy/P to 111122223333/byhand"));
}

TEST(Resolve, AssumeFillsLists) {
  TerraformOptions options;
  options.assume["aws_iam_group_membership.m.users"] = "ada,lea";
  ReadResult result;
  ReadText(Plan(Create("aws_iam_group_membership.m", "aws_iam_group_membership", R"({"group":"g"})",
                       R"({"users":true})"),
                R"({"resources":[{"address":"aws_iam_group_membership.m","expressions":)"
                R"({"users":{"references":["local.users"]}}}]})"),
           result, options);
  ASSERT_THAT(result.facts.memberships, SizeIs(2));
  EXPECT_EQ(result.facts.memberships[0].user.name, "ada");
  EXPECT_EQ(result.facts.memberships[1].user.name, "lea");
}

TEST(Resolve, HolesSayWhyAndWhatWouldFillThem) {
  ReadResult result;
  ReadText(Attachment(R"({"references":["local.role"]})"), result);
  const facts::HoleId hole = facts::WholeHole(result.facts.attachments[0].target.arn);
  ASSERT_NE(hole, facts::HoleId::kNone);
  EXPECT_THAT(std::string(result.facts.holes[hole].why), HasSubstr("local.role"));
  EXPECT_THAT(std::string(result.facts.holes[hole].fill),
              HasSubstr("--assume 'aws_iam_role_policy_attachment.x.role=VALUE'"));
}

// What may stand behind a local is told by all that the plan knows: the types, what it says is
// relevant, and what the resource depended on when it was last applied.
TEST(Resolve, LocalsAreNarrowedByWhatThePlanKnows) {
  const std::string expression = R"({"references":["local.role"]})";
  const auto prior = [](const std::string& depends_on) {
    return R"(,"prior_state":{"values":{"root_module":{"resources":[{"address":)"
           R"("aws_iam_role_policy_attachment.x","mode":"managed","type":)"
           R"("aws_iam_role_policy_attachment","name":"x","values":{"role":"old","policy_arn":"p"},)"
           R"("depends_on":[)" +
           depends_on + "]}]}}}";
  };
  const auto relevant = [](const std::string& resource) {
    return R"(,"relevant_attributes":[{"resource":")" + resource + R"(","attribute":["name"]}])";
  };
  const struct {
    const char* what;
    std::string more;
    const char* says;
  } cases[] = {
      {"types alone", "",
       "; of the type that is wanted here there are aws_iam_role.many[\"a\"], "
       "aws_iam_role.many[\"b.c\"], aws_iam_role.one[0]"},
      {"relevant_attributes", relevant("aws_iam_role.one[0]"),
       "; of the type that is wanted here there is aws_iam_role.one[0]"},
      {"depends_on of the prior state", prior(R"("aws_iam_role.many","aws_iam_policy.p")"),
       "; when it was last applied it depended on aws_iam_role.many[\"a\"], "
       "aws_iam_role.many[\"b.c\"]"},
      {"both", relevant("aws_iam_role.many[\\\"a\\\"]") + prior(R"("aws_iam_role.many")"),
       "; when it was last applied it depended on aws_iam_role.many[\"a\"]"},
      {"a state that knows of none", prior(R"("aws_iam_policy.p")"),
       "; of the type that is wanted here there are aws_iam_role.many"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    std::string plan = Attachment(expression);
    plan.insert(plan.size() - 1, one.more);
    ReadResult result;
    ReadText(plan, result);
    ASSERT_FALSE(result.facts.attachments.empty());
    const facts::PolicyAttachment& attachment = result.facts.attachments.back();
    const facts::HoleId hole = facts::WholeHole(attachment.target.arn);
    ASSERT_NE(hole, facts::HoleId::kNone);
    EXPECT_THAT(result.facts.holes[hole].why,
                HasSubstr(std::string("goes through local.role, which no plan holds") + one.says));
  }
}

TEST(Resolve, LinksSayHowTheyWereFound) {
  const auto notes = [](const ReadResult& result) {
    std::vector<std::string> all;
    for (const source::Diagnostic& one : result.diagnostics.all()) {
      if (one.code == "terraform.resolved") {
        EXPECT_EQ(one.severity, source::Severity::kNote);
        all.push_back(one.path + ": " + one.message);
      }
    }
    return all;
  };
  ReadResult one, several;
  ReadText(Attachment(R"({"references":["aws_iam_role.one[0].name","aws_iam_role.one[0]"]})"), one);
  EXPECT_THAT(notes(one), ElementsAre("aws_iam_role_policy_attachment.x.role: not known before "
                                      "apply; it is that of aws_iam_role.one[0], by "
                                      "aws_iam_role.one[0].name"));
  ReadText(Attachment(R"({"references":["aws_iam_role.many"]})"), several);
  EXPECT_THAT(notes(several),
              ElementsAre("aws_iam_role_policy_attachment.x.role: not known before apply; it is "
                          "that of one of aws_iam_role.many[\"a\"], aws_iam_role.many[\"b.c\"], by "
                          "aws_iam_role.many"));
  std::string attachments;
  for (int i = 0; i < 1'500; ++i) {
    attachments +=
        (i == 0 ? "" : ",") + Create("aws_iam_role_policy_attachment.x[" + std::to_string(i) + "]",
                                     "aws_iam_role_policy_attachment", R"({"policy_arn":"p"})",
                                     R"({"role":true})");
  }
  ReadResult many;
  ReadText(Plan(attachments + "," +
                    Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r"})", R"({"arn":true})"),
                R"({"resources":[{"address":"aws_iam_role_policy_attachment.x","mode":"managed",)"
                R"("type":"aws_iam_role_policy_attachment","name":"x","expressions":{"role":)"
                R"({"references":["aws_iam_role.r.name","aws_iam_role.r"]}}}]})"),
           many);
  EXPECT_THAT(notes(many), SizeIs(source::kMaxDiagnosticsPerCode));
  EXPECT_EQ(many.diagnostics.Dropped("terraform.resolved"), 500u);
}

TEST(Resolve, ComputedAndNotConfiguredIsNotSet) {
  ReadResult result;
  ReadText(
      Plan(
          Create(
              "aws_iam_role.r", "aws_iam_role", R"({"name":"r","assume_role_policy":"{}"})",
              R"({"arn":true,"inline_policy":true,"managed_policy_arns":true,"name_prefix":true,)"
              R"("permissions_boundary":true})"),
          R"({"resources":[{"address":"aws_iam_role.r","expressions":{"name":{"constant_value":"r"},)"
          R"("permissions_boundary":{"references":["local.b"]}}}]})"),
      result);
  ASSERT_THAT(result.facts.principals, SizeIs(1));
  EXPECT_THAT(result.facts.attachments, SizeIs(0));
  EXPECT_THAT(result.facts.inline_policies, SizeIs(0));
  // Configured, through a local: a boundary that is not known, never none.
  EXPECT_NE(facts::WholeHole(result.facts.principals[0].boundary), facts::HoleId::kNone);
}

TEST(Resolve, AccountsOfProviders) {
  const auto plan = [](const char* provider, const char* prior) {
    return std::string(R"({"format_version":"1.2","resource_changes":[)") +
           Create("aws_iam_user.u", "aws_iam_user", R"({"name":"u"})", R"({"arn":true})") +
           R"(],"variables":{"acct":{"value":"222222222222"}},"prior_state":{"values":{"root_module":{)"
           R"("resources":[)" +
           prior +
           R"(]}}},"configuration":{"provider_config":{"aws.x":{"name":"aws","expressions":)" +
           provider +
           R"(}},"root_module":{"resources":[{"address":"aws_iam_user.u","provider_config_key":"aws.x"},)"
           R"({"address":"data.aws_caller_identity.me","provider_config_key":"aws.x"},)"
           R"({"address":"aws_iam_role.r","provider_config_key":"aws.x"}]}}})";
  };
  const char* caller =
      R"({"address":"data.aws_caller_identity.me","mode":"data","type":"aws_caller_identity","name":"me",)"
      R"("values":{"account_id":"333333333333","arn":"arn:aws-cn:iam::333333333333:user/x"}})";
  const char* role =
      R"({"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r","values":{)"
      R"("arn":"arn:aws:iam::444444444444:role/r","name":"r"}})";
  const char* assume =
      R"({"assume_role":[{"role_arn":{"constant_value":"arn:aws:iam::111111111111:role/t"}}]})";
  const struct {
    const char* what;
    std::string plan;
    const char* option;
    const char* arn;
  } cases[] = {
      {"--account first", plan(assume, caller), "555555555555", "arn:aws:iam::555555555555:user/u"},
      {"assume_role", plan(assume, caller), "", "arn:aws:iam::111111111111:user/u"},
      {"allowed_account_ids by a variable",
       plan(R"({"allowed_account_ids":{"references":["var.acct"]}})", role), "",
       "arn:aws:iam::222222222222:user/u"},
      {"caller identity", plan("{}", caller), "", "arn:aws-cn:iam::333333333333:user/u"},
      {"ARNs of its resources", plan("{}", role), "", "arn:aws:iam::444444444444:user/u"},
      {"none", plan("{}", ""), "", "arn:aws:iam::<account of provider aws.x>:user/u"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    TerraformOptions options;
    if (one.option[0] != '\0') {
      options.accounts["aws.x"] = one.option;
    }
    ReadResult result;
    ReadText(one.plan, result, options);
    EXPECT_EQ(FactsText(result.facts).Show(result.facts.principals.back().arn).find("role/"),
              std::string::npos);
    bool found = false;
    for (const facts::IamPrincipal& principal : result.facts.principals) {
      found = found || FactsText(result.facts).Show(principal.arn) == one.arn;
    }
    EXPECT_TRUE(found) << FactsText(result.facts).Show(result.facts.principals.back().arn);
  }
}

}  // namespace
}  // namespace whomay::ingest
