#include "ingest/terraform/worlds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string User(const char* address, const char* name, const char* more = "") {
  return std::string(R"({"address":")") + address + R"(","mode":"managed","type":"aws_iam_user")" +
         more + R"(,"values":{"name":")" + name + R"(","arn":"arn:aws:iam::111122223333:user/)" +
         name + R"("}})";
}

std::string Change(const char* address, const char* actions, const char* before, const char* after,
                   const char* more = "") {
  const auto values = [](const char* name) {
    return name == nullptr ? std::string("null")
                           : std::string(R"({"name":")") + name +
                                 R"(","arn":"arn:aws:iam::111122223333:user/)" + name + R"("})";
  };
  return std::string(R"({"address":")") + address + R"(","mode":"managed","type":"aws_iam_user")" +
         more + R"(,"change":{"actions":)" + actions + R"(,"before":)" + values(before) +
         R"(,"after":)" + values(after) + R"(,"after_unknown":{}}})";
}

// World and name of each user, as "after b".
std::vector<std::string> Users(const ReadResult& result) {
  std::vector<std::string> users;
  for (const facts::IamPrincipal& one : result.facts.principals) {
    static constexpr const char* kWorlds[] = {"", "before ", "after ", "both "};
    users.push_back(kWorlds[one.worlds] + std::string(one.name));
  }
  return users;
}

TEST(Worlds, Actions) {
  const struct {
    const char* what;
    std::string prior;
    std::string changes;
    std::vector<std::string> users;
  } cases[] = {
      {"create", "", Change("aws_iam_user.u", R"(["create"])", nullptr, "n"), {"after n"}},
      {"no-op",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["no-op"])", "n", "n"),
       {"both n"}},
      {"no-op that the prior state lacks",
       "",
       Change("aws_iam_user.u", R"(["no-op"])", "n", "n"),
       {"both n"}},
      {"update",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["update"])", "n", "m"),
       {"before n", "after m"}},
      {"update that says the same",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["update"])", "n", "n"),
       {"both n"}},
      {"delete",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["delete"])", "n", nullptr),
       {"before n"}},
      {"replace",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["delete","create"])", "n", "m"),
       {"before n", "after m"}},
      {"forget",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["forget"])", "n", nullptr),
       {"both n"}},
      {"create and forget",
       User("aws_iam_user.u", "n"),
       Change("aws_iam_user.u", R"(["create","forget"])", "n", "m"),
       {"both n", "after m"}},
      {"move",
       User("aws_iam_user.old", "n"),
       Change("aws_iam_user.u", R"(["no-op"])", "n", "n",
              R"(,"previous_address":"aws_iam_user.old")"),
       {"before n", "after n"}},
      {"import", "", Change("aws_iam_user.u", R"(["no-op"])", "n", "n"), {"both n"}},
      {"deposed",
       User("aws_iam_user.u", "n") + "," + User("aws_iam_user.u", "o", R"(,"deposed_key":"ab")"),
       Change("aws_iam_user.u", R"(["no-op"])", "n", "n") + "," +
           Change("aws_iam_user.u", R"(["delete"])", "o", nullptr, R"(,"deposed":"ab")"),
       {"both n", "before o"}},
      {"not mentioned (-target)", User("aws_iam_user.u", "n"), "", {"both n"}},
      {"after absent",
       User("aws_iam_user.u", "n"),
       R"({"address":"aws_iam_user.u","mode":"managed","type":"aws_iam_user","change":{)"
       R"("actions":["delete"],"before":{"name":"n"}}})",
       {"before n"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(
        Plan(one.changes, "{}",
             R"("prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[)" +
                 one.prior + "]}}}"),
        result);
    EXPECT_THAT(Users(result), ::testing::UnorderedElementsAreArray(one.users));
  }
}

TEST(Worlds, PlannedValuesAloneAreALoss) {
  ReadResult result;
  ReadText(R"({"format_version":"1.1","planned_values":{"root_module":{"resources":[)" +
               User("aws_iam_user.u", "n") + "]}}}",
           result);
  EXPECT_THAT(Users(result), ElementsAre("after n"));
  EXPECT_TRUE(result.Has("terraform.no-changes"));
  EXPECT_TRUE(result.diagnostics.incomplete());
}

TEST(Worlds, StatesOfOldVersionsLeaveModulesOutOfAddresses) {
  ReadResult result;
  ReadText(
      R"({"format_version":"0.1","values":{"root_module":{"child_modules":[{"address":"module.a",)"
      R"("resources":[{"address":"aws_iam_user.u","mode":"managed","type":"aws_iam_user","name":"u",)"
      R"("index":1,"values":{"name":"n","arn":"arn:aws:iam::111122223333:user/n"}}]}]}}})",
      result);
  ASSERT_EQ(result.facts.principals.size(), 1u);
  EXPECT_EQ(result.facts.principals[0].origin.address, "module.a.aws_iam_user.u[1]");
}

TEST(Worlds, RawState) {
  ReadResult result;
  ReadText(
      R"({"version":4,"terraform_version":"1.5.0","lineage":"x","resources":[{"module":"module.a",)"
      R"("mode":"managed","type":"aws_s3_bucket","name":"b",)"
      R"("provider":"provider[\"registry.terraform.io/hashicorp/aws\"].west","instances":[)"
      R"({"index_key":"k.v","attributes":{"bucket":"bk","arn":"arn:aws:s3:::bk"}}]},)"
      R"({"mode":"managed","type":"aws_iam_user","name":"u",)"
      R"("provider":"provider[\"registry.terraform.io/hashicorp/aws\"].west","instances":[)"
      R"({"attributes":{"name":"n","arn":"arn:aws:iam::111122223333:user/n"}}]},)"
      R"({"mode":"managed","type":"aws_iam_user","name":"v",)"
      R"("provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[)"
      R"({"attributes":{"name":"v","arn":"arn:aws:iam::444455556666:user/v"}}]}]})",
      result);
  // The bucket's ARN names no account; its provider does.
  EXPECT_THAT(result.Of("module.a.aws_s3_bucket.b[\"k.v\"]"),
              ElementsAre("both: resource s3 arn:aws:s3:::bk account 111122223333 region "
                          "<region of provider aws.west>"));
}

TEST(Worlds, StateJsonOfTwoAccountsLeavesBucketsOpen) {
  const auto state = [](const char* other) {
    return std::string(R"({"format_version":"1.0","values":{"root_module":{"resources":[)") +
           User("aws_iam_user.u", "n") +
           R"(,{"address":"aws_iam_user.o","mode":"managed","type":"aws_iam_user","values":{"name":"o","arn":")" +
           other +
           R"("}},{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","values":)"
           R"({"bucket":"bk","arn":"arn:aws:s3:::bk"}}]}}})";
  };
  ReadResult one, two;
  ReadText(state("arn:aws:iam::111122223333:user/o"), one);
  ReadText(state("arn:aws:iam::444455556666:user/o"), two);
  EXPECT_EQ(one.facts.resources[0].account, "111122223333");
  EXPECT_EQ(two.facts.resources[0].account, "");
}

TEST(Worlds, BrokenEntriesAreSaid) {
  ReadResult result;
  ReadText(Plan(R"({"address":"x","change":{"actions":["create"],"after":{}}},)"
                R"({"address":"aws_iam_user.u","type":"aws_iam_user"},7,)" +
                Change("aws_iam_user.ok", R"(["create"])", nullptr, "n")),
           result);
  EXPECT_THAT(Users(result), ElementsAre("after n"));
  EXPECT_TRUE(result.Has("terraform.address"));
  EXPECT_TRUE(result.Has("terraform.change"));
  EXPECT_TRUE(result.diagnostics.incomplete());
}

TEST(Worlds, TwoDocumentsOfOneSystemAreAnError) {
  const std::string plan = Plan(Change("aws_iam_user.u", R"(["create"])", nullptr, "n"));
  const std::string other = Plan(Change("aws_iam_user.v", R"(["create"])", nullptr, "n"));
  ReadResult same, different;
  ReadText(plan, same);
  ReadText(plan, same);
  ReadText(plan, different);
  ReadText(other, different);
  EXPECT_TRUE(same.Has("terraform.same-addresses"));
  EXPECT_FALSE(different.Has("terraform.same-addresses"));
  // Documents of one file (terragrunt run-all) may name their resources alike.
  ReadResult one_file;
  ReadText(plan + "\n" + plan, one_file);
  EXPECT_FALSE(one_file.Has("terraform.same-addresses"));
}

// Are two documents of one call taken for one system?
TEST(Worlds, DocumentsOfSeveralEnvironmentsAreNoError) {
  const auto state = [](const char* lineage, const char* account, const char* prefix) {
    const std::string arn = std::string("arn:aws:iam::") + account + ":";
    std::string resources;
    for (const char* name : {"a", "b", "c"}) {
      const std::string full = std::string(prefix) + name;
      resources +=
          std::string(resources.empty() ? "" : ",") +
          R"({"mode":"managed","type":"aws_iam_user","name":")" + name +
          R"(","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[)" +
          R"({"attributes":{"name":")" + full + R"(","arn":")" + arn + "user/" + full + R"("}}]})";
    }
    return std::string(R"({"version":4,"terraform_version":"1.9.0","lineage":")") + lineage +
           R"(","resources":[)" + resources + "]}";
  };
  const auto shown = [](const char* account, const char* prefix) {
    std::string resources;
    for (const char* name : {"a", "b", "c"}) {
      const std::string full = std::string(prefix) + name;
      resources += std::string(resources.empty() ? "" : ",") + R"({"address":"aws_iam_user.)" +
                   name + R"(","mode":"managed","type":"aws_iam_user","values":{"name":")" + full +
                   R"(","arn":"arn:aws:iam::)" + account + ":user/" + full + R"("}})";
    }
    return R"({"format_version":"1.0","values":{"root_module":{"resources":[)" + resources + "]}}}";
  };
  // A first plan: no ARN is known, nor the account.
  const auto plan = [](const char* prefix) {
    std::string changes;
    for (const char* name : {"a", "b", "c"}) {
      changes += std::string(changes.empty() ? "" : ",") +
                 Create(std::string("aws_iam_user.") + name, "aws_iam_user",
                        std::string(R"({"name":")") + prefix + name + R"("})", R"({"arn":true})");
    }
    return Plan(changes);
  };
  const char* const kDev = "111122223333";
  const char* const kProd = "444455556666";
  const struct {
    const char* what;
    std::string one, other;
    bool same;
  } cases[] = {
      {"states of two accounts", shown(kDev, ""), shown(kProd, ""), false},
      {"states of one account, names by environment", shown(kDev, "dev-"), shown(kDev, "prod-"),
       false},
      {"one state twice", shown(kDev, ""), shown(kDev, ""), true},
      {"raw states of two lineages and accounts", state("x", kDev, ""), state("y", kProd, ""),
       false},
      {"raw states of one lineage, whatever they say", state("x", kDev, "old-"),
       state("x", kDev, "new-"), true},
      {"a state moved into a new lineage", state("x", kDev, ""), state("y", kDev, ""), true},
      {"a first plan and its state", plan(""), shown(kDev, ""), true},
      {"a first plan and another environment's state", plan("dev-"), shown(kDev, "prod-"), false},
      {"first plans of two environments", plan("dev-"), plan("prod-"), false},
      {"first plans that nothing tells apart", plan(""), plan(""), true},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(one.one, result);
    ReadText(one.other, result);
    EXPECT_EQ(result.facts.principals.size(), 6u);
    EXPECT_EQ(result.Has("terraform.same-addresses"), one.same);
  }
}

TEST(Worlds, EmptyPlansAreComplete) {
  ReadResult result;
  ReadText(R"({"format_version":"1.2","planned_values":{"root_module":{}},"complete":true})",
           result);
  EXPECT_THAT(result.diagnostics.all(), IsEmpty());
  EXPECT_EQ(result.facts.inputs.size(), 1u);
}

}  // namespace
}  // namespace whomay::ingest
