// Access entries as calls of the AWS command line.
#include <algorithm>
#include <array>
#include <utility>

#include "report/json_writer.h"
#include "report/migrate_report.h"
#include "report/text.h"

namespace whomay::report {
namespace {

std::string Comment(const std::string& text) { return "# " + Printable(text) + '\n'; }

std::string Call(const MigrateAnswer::Cluster& cluster, std::string_view operation) {
  return "aws eks " + std::string(operation) +
         (cluster.region.empty() ? std::string() : " --region " + ShellWord(cluster.region));
}

// A value that the AWS command line would take for a flag, a file to load or JSON, or that a
// terminal would act upon. Source: AWS CLI user guide, "Specifying parameter values".
bool IsAwkward(std::string_view text) {
  constexpr std::array<std::string_view, 6> kBegins = {"-",       "[",        "{",
                                                       "file://", "fileb://", "http"};
  return std::any_of(
             kBegins.begin(), kBegins.end(),
             [&](std::string_view begin) { return text.substr(0, begin.size()) == begin; }) ||
         std::any_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
         });
}

bool IsAwkward(const MigrateAnswer::Entry& entry) {
  return IsAwkward(entry.username) ||
         std::any_of(entry.groups.begin(), entry.groups.end(),
                     [](const std::string& group) { return IsAwkward(group); });
}

// The whole call as one JSON document.
std::string InputJson(const MigrateAnswer::Cluster& cluster, const MigrateAnswer::Entry& entry) {
  JsonWriter json;
  json.Inline().Object([&] {
    json.Key("clusterName").String(cluster.name);
    json.Key("principalArn").String(entry.principal);
    json.Key("type").String(entry.type);
    if (!entry.username.empty()) {
      json.Key("username").String(entry.username);
    }
    if (!entry.groups.empty()) {
      json.Key("kubernetesGroups").Strings(entry.groups);
    }
  });
  std::string text = std::move(json).Take();
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

std::string CreateText(const MigrateAnswer::Cluster& cluster, const MigrateAnswer::Entry& entry,
                       const std::string& of) {
  std::string out = Call(cluster, "create-access-entry");
  if (IsAwkward(entry)) {
    return out + " --cli-input-json " + ShellWord(InputJson(cluster, entry)) + '\n';
  }
  out += of + " --type " + ShellWord(entry.type);
  if (!entry.username.empty()) {
    out += " --username " + ShellWord(entry.username);
  }
  if (!entry.groups.empty()) {
    out += " --kubernetes-groups";
    for (const std::string& group : entry.groups) {
      out += ' ' + ShellWord(group);
    }
  }
  return out + '\n';
}

std::string EntryText(const MigrateAnswer::Cluster& cluster, const MigrateAnswer::Entry& entry) {
  std::string out;
  for (const std::string& note : entry.notes) {
    out += Comment(note);
  }
  const std::string of = " --cluster-name " + ShellWord(cluster.name) + " --principal-arn " +
                         ShellWord(entry.principal);
  out += CreateText(cluster, entry, of);
  for (const std::string& policy : entry.access_policies) {
    out += Call(cluster, "associate-access-policy") + of + " --policy-arn " + ShellWord(policy) +
           " --access-scope type=cluster\n";
  }
  return out;
}

}  // namespace

std::string ShellWord(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + '\'';
}

std::string AwsCli(const MigrateAnswer& answer) {
  std::string out;
  for (const MigrateAnswer::Cluster& cluster : answer.clusters) {
    out += Comment("Access entries in place of aws-auth of cluster " + cluster.name + '.');
    if (cluster.authentication_mode == "CONFIG_MAP" || cluster.authentication_mode.empty()) {
      out += Comment(
          "They need this mode, if the cluster is not in it already; there is no way back from "
          "it.");
      out += Call(cluster, "update-cluster-config") + " --name " + ShellWord(cluster.name) +
             " --access-config authenticationMode=API_AND_CONFIG_MAP\n";
    }
    for (const MigrateAnswer::Entry& entry : cluster.entries) {
      out += EntryText(cluster, entry);
    }
    for (const MigrateAnswer::Left& left : cluster.left) {
      out += Comment("No entry for " + left.mapping + ": " + left.reason + '.');
    }
  }
  for (const std::string& note : answer.notes) {
    out += Comment(note);
  }
  return out + Comment("Compared with aws-auth: " + ProofText(answer) + '.');
}

}  // namespace whomay::report
