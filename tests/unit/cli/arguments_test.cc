#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace whomay::cli {
namespace {

using Words = std::vector<std::string_view>;
using Texts = std::vector<std::string>;

Arguments Read(const Words& words) {
  const Parsed parsed = Parse(words);
  EXPECT_TRUE(parsed.run) << parsed.text;
  return parsed.arguments;
}

std::string Refused(const Words& words) {
  const Parsed parsed = Parse(words);
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, 2);
  return parsed.text;
}

// A repeatable flag takes one value and leaves the question's words alone, wherever it stands.
TEST(ArgumentsTest, FlagsStandAnywhereAndSwallowNothing) {
  const Words orders[] = {
      {"can", "-f", "a.json", "UserTwo", "list", "pods", "-f", "b.json", "-n", "shop"},
      {"can", "UserTwo", "-n", "shop", "list", "-f", "a.json", "pods", "-f", "b.json"},
      {"can", "UserTwo", "list", "pods", "-fa.json", "--file=b.json", "--namespace", "shop"},
  };
  for (const Words& order : orders) {
    const Arguments arguments = Read(order);
    EXPECT_EQ(arguments.command, "can");
    EXPECT_EQ(arguments.words, (Texts{"UserTwo", "list", "pods"}));
    EXPECT_EQ(arguments.files, (Texts{"a.json", "b.json"}));
    EXPECT_EQ(arguments.question.name_space, "shop");
  }
}

// "list" and "who" are words of questions too.
TEST(ArgumentsTest, WordsThatAreCommandsAreStillWords) {
  EXPECT_EQ(Read({"can", "who", "list", "pods"}).words, (Texts{"who", "list", "pods"}));
  EXPECT_EQ(Read({"who", "get", "/metrics"}).words, (Texts{"get", "/metrics"}));
  EXPECT_EQ(Read({"who", "*", "*"}).words, (Texts{"*", "*"}));
  EXPECT_EQ(Read({"who", "s3:GetObject", "--", "-x"}).words, (Texts{"s3:GetObject", "-x"}));
}

TEST(ArgumentsTest, EveryOptionReachesItsPlace) {
  const Arguments a = Read({"who",
                            "get",
                            "pods",
                            "-o",
                            "json",
                            "--world",
                            "before",
                            "--cluster",
                            "c",
                            "--direct",

                            "--max-hops",
                            "3",
                            "--context",
                            "aws:SourceIp=10.0.0.1",
                            "--context",
                            "aws:SourceIp=10.0.0.2",
                            "--groups",
                            "a,b",
                            "--groups",
                            "c",
                            "--kubernetes-version",
                            "1.29",
                            "--no-builtin-rbac",
                            "--default-namespace",
                            "x",
                            "--account",
                            "111122223333",
                            "--account",
                            "aws.warehouse=444455556666",
                            "--region",
                            "eu-west-1",
                            "--expand",
                            "--config",
                            "w.yaml",
                            "--strict",
                            "--stats",
                            "-A",
                            "--any",
                            "--subresource",
                            "log",
                            "--role-ref",
                            "ClusterRole/admin",
                            "-v",
                            "--color",
                            "never",
                            "--assume",
                            "aws_x.y[\"a=b\"].arn=arn:aws:x=y"});
  EXPECT_EQ(a.format, Format::kJson);
  EXPECT_EQ(a.world, World::kBefore);
  EXPECT_EQ(a.question.cluster, "c");
  EXPECT_TRUE(a.question.direct);
  EXPECT_EQ(a.question.max_hops, 3);
  EXPECT_EQ(a.question.context.at("aws:SourceIp"), (Texts{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(a.question.groups, (Texts{"a", "b", "c"}));
  EXPECT_EQ(a.analyzer.kubernetes_version, "1.29");
  EXPECT_FALSE(a.analyzer.builtin_rbac);
  EXPECT_EQ(a.analyzer.default_namespace, "x");
  EXPECT_EQ(a.analyzer.accounts.at(""), "111122223333");
  EXPECT_EQ(a.analyzer.accounts.at("aws.warehouse"), "444455556666");
  EXPECT_EQ(a.analyzer.regions.at(""), "eu-west-1");
  EXPECT_TRUE(a.expand && a.strict && a.stats && a.verbose);
  EXPECT_EQ(a.config, "w.yaml");
  EXPECT_TRUE(a.question.all_namespaces && a.question.any);
  EXPECT_EQ(a.question.subresource, "log");
  EXPECT_EQ(a.question.role_ref, "ClusterRole/admin");
  EXPECT_EQ(a.color, Color::kNever);
  EXPECT_EQ(a.analyzer.assume.at("aws_x.y[\"a=b\"].arn"), "arn:aws:x=y");
}

TEST(ArgumentsTest, DefaultsAreThoseOfTheLibrary) {
  const Arguments a = Read({"who", "get", "pods"});
  EXPECT_EQ(a.format, Format::kTable);
  EXPECT_EQ(a.world, World::kAfter);
  EXPECT_EQ(a.question.max_hops, QuestionOptions().max_hops);
  EXPECT_EQ(a.analyzer.default_namespace, "default");
  EXPECT_TRUE(a.analyzer.builtin_rbac);
  EXPECT_FALSE(a.expand || a.strict || a.stats || a.verbose || a.question.direct);
}

struct RefusedCase {
  Words words;
  std::string_view says;
};

TEST(ArgumentsTest, UsageErrorsSayWhatAndWhereToLook) {
  const RefusedCase cases[] = {
      {{"whom", "get", "pods"}, "no command 'whom'; the commands are who can why"},
      {{"\x1b[31m"}, "no command '\\x1b[31m'"},
      {{"can", "UserTwo"}, "whomay can --help"},
      {{"what", "a", "b"}, "whomay what --help"},
      {{"who"}, "whomay who --help"},
      {{"who", "get", "pods", "-o", "yaml"}, "yaml"},
      {{"who", "get", "pods", "--world", "now"}, "now"},
      {{"who", "get", "pods", "--context", "novalue"}, "novalue"},
      {{"who", "get", "pods", "--max-hops", "-1"}, "max-hops"},
      {{"who", "get", "pods", "--unheard-of"}, "--unheard-of"},
  };
  for (const RefusedCase& c : cases) {
    const std::string text = Refused(c.words);
    EXPECT_NE(text.find(c.says), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  }
}

TEST(ArgumentsTest, HelpAndVersion) {
  const Parsed help = Parse(Words{"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const CommandHelp& command : Commands()) {
    EXPECT_NE(help.text.find("whomay " + std::string(command.name) + ' '), std::string::npos);
    const Parsed own = Parse(Words{command.name, "--help"});
    EXPECT_EQ(own.exit_code, 0);
    EXPECT_NE(own.text.find("Usage: whomay " + std::string(command.name)), std::string::npos)
        << own.text;
    EXPECT_NE(own.text.find("--kubernetes-version"), std::string::npos);
    EXPECT_NE(own.text.find(command.details), std::string::npos) << own.text;
  }
  EXPECT_EQ(Parse(Words{}).exit_code, 2);
  EXPECT_EQ(Parse(Words{"--version"}).text, "whomay 0.1.0\n");
}

}  // namespace
}  // namespace whomay::cli
