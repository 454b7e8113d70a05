// aws-auth: what aws-iam-authenticator makes of a ConfigMap, and whom it maps to what.
//
// A line holds a ConfigMap (its `data`, or the YAML of the whole object) and callers; answered are
// the parsed sections and each caller. Each line counts once for its sections and once a caller.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "eks/aws_auth_mapper.h"
#include "eks/caller.h"
#include "facts/facts.h"
#include "ingest/eks/aws_auth.h"
#include "ingest/kubernetes/objects.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/yaml.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

using syntax::Value;

// Texts that tell two answers apart.
std::string Show(std::string_view text) { return Concat({"\"", text, "\""}); }

std::string ShowEntry(std::string_view arn, std::string_view username,
                      const std::vector<std::string>& groups, std::string_view sso) {
  std::string text = Concat({Show(arn), " ", Show(username), " ["});
  for (const std::string& group : groups) {
    text += Show(group) + ",";
  }
  return text + "] " + std::string(sso);
}

std::vector<std::string> Texts(const Value& list) {
  std::vector<std::string> texts;
  for (const Value item : list.elements()) {
    texts.emplace_back(item.text());
  }
  return texts;
}

std::string ShowSso(std::string_view set, std::string_view account, std::string_view partition) {
  return Concat({"sso:", set, "/", account, "/", partition});
}

std::string ShowExpected(const Value& parsed) {
  std::string text;
  for (const std::string_view section : {"roles", "users"}) {
    for (const Value entry : parsed.Get(section).elements()) {
      const Value sso = entry.Get("sso");
      text += ShowEntry(entry.Get(section == "roles" ? "rolearn" : "userarn").text(),
                        entry.Get("username").text(), Texts(entry.Get("groups")),
                        sso ? ShowSso(sso.Get("permissionSetName").text(),
                                      sso.Get("accountID").text(), sso.Get("partition").text())
                            : "");
      text += "; ";
    }
    text += "| ";
  }
  for (const std::string& account : Texts(parsed.Get("accounts"))) {
    text += Show(account) + ",";
  }
  return text;
}

std::string ShowActual(const facts::AwsAuth& aws_auth) {
  std::string text;
  for (const auto* section : {&aws_auth.roles, &aws_auth.users}) {
    for (const facts::AwsAuthEntry& entry : *section) {
      text += ShowEntry(entry.arn, entry.username, {entry.groups.begin(), entry.groups.end()},
                        entry.sso.given ? ShowSso(entry.sso.permission_set, entry.sso.account,
                                                  entry.sso.partition)
                                        : "");
      text += "; ";
    }
    text += "| ";
  }
  for (const facts::Str account : aws_auth.accounts) {
    text += Show(account) + ",";
  }
  return text;
}

// The instances that the recorded authenticator's EC2 knew.
std::optional<std::string> PrivateDnsName(std::string_view instance) {
  static constexpr std::pair<std::string_view, std::string_view> kInstances[] = {
      {"i-0123456789abcdef0", "ip-10-0-1-23.eu-west-1.compute.internal"},
      {"i-0aaaaaaaaaaaaaaaa", "ip-10-0-1-24.ec2.internal"},
      {"i-12345678", "ip-10-0-0-9.ec2.internal"},
      {"i-ABCDEFGH", "UPPER.example.internal"}};
  for (const auto& [id, name] : kInstances) {
    if (id == instance) {
      return std::string(name);
    }
  }
  return std::nullopt;
}

// What STS says beside the ARN, where the line does not tell.
struct Sts {
  std::string arn, user_id, account, access_key;
};
Sts StsOf(const Value& caller) {
  Sts sts;
  sts.arn = caller.is_string() ? caller.text() : caller.Get("arn").text();
  const std::vector<std::string_view> sections = Split(sts.arn, ':');
  std::string resource;
  for (size_t i = 5; i < sections.size(); ++i) {
    resource += (i > 5 ? ":" : "") + std::string(sections[i]);
  }
  const std::string last = resource.substr(resource.rfind('/') + 1);
  sts.account = sections.size() > 4 ? sections[4] : "";
  sts.user_id = "AIDATESTUSERID0000001";
  if (resource.rfind("assumed-role/", 0) == 0) {
    sts.user_id = "AROATESTROLEID0000001:" + last;
  } else if (resource.rfind("federated-user/", 0) == 0) {
    sts.user_id = sts.account + ":" + last;
  } else if (resource == "root") {
    sts.user_id = sts.account;
  }
  sts.access_key = "ASIATESTACCESSKEY001";
  const auto take = [&](std::string_view key, std::string& into) {
    if (const Value given = caller.Get(key)) {
      into = given.text();
    }
  };
  take("userid", sts.user_id);
  take("account", sts.account);
  take("accesskey", sts.access_key);
  return sts;
}

std::string ShowAnswer(const Value& answer) {
  if (!answer.Get("matched").is_true()) {
    return "refused";
  }
  return Concat({answer.Get("by").text(), " ",
                 ShowEntry(answer.Get("canonical").text(), answer.Get("username").text(),
                           Texts(answer.Get("groups")), answer.Get("session").text())});
}

std::string ShowMapping(const eks::Mapping& mapping, const eks::Identity& identity) {
  if (!mapping.accepted) {
    return "refused";
  }
  constexpr std::string_view kBy[] = {"role", "user", "account", "open"};
  return Concat(
      {kBy[static_cast<size_t>(mapping.by)], " ",
       ShowEntry(identity.canonical, mapping.username, mapping.groups, identity.session)});
}

// The answers that may come, each as a text.
std::set<std::string> ExpectedAnswers(const Value& answer) {
  std::set<std::string> answers;
  if (const Value random = answer.Get("random")) {
    for (const Value candidate : random.elements()) {
      answers.insert(ShowAnswer(candidate));
    }
  } else {
    answers.insert(ShowAnswer(answer));
  }
  return answers;
}

std::set<std::string> ActualAnswers(const eks::AwsAuthMapper& mapper, const Value& caller) {
  const Sts sts = StsOf(caller);
  const std::optional<eks::Identity> identity =
      eks::IdentifyCaller({sts.arn, sts.user_id, sts.account, sts.access_key});
  std::set<std::string> answers;
  if (identity) {
    for (const eks::Mapping& mapping : mapper.MapIdentity(*identity, PrivateDnsName)) {
      answers.insert(ShowMapping(mapping, *identity));
    }
  }
  if (answers.empty()) {
    answers.insert("refused");
  }
  return answers;
}

std::string Show(const std::set<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) {
    text += (text.empty() ? "" : " or ") + one;
  }
  return text;
}

// What the line's ConfigMap becomes; nullopt when the API server would not store it.
std::optional<facts::AwsAuth> Read(const Value& line, source::SourceSet& sources,
                                   facts::Facts& facts, source::Diagnostics& diagnostics) {
  if (const Value data = line.Get("configmap")) {
    ingest::AwsAuthSections sections;
    sections.roles = ingest::SectionOf(sources, data.Get("mapRoles").text(), {});
    sections.users = ingest::SectionOf(sources, data.Get("mapUsers").text(), {});
    sections.accounts = ingest::SectionOf(sources, data.Get("mapAccounts").text(), {});
    return ingest::ReadAwsAuth(sections, {}, sources, facts, diagnostics);
  }
  const source::FileId file = sources.Add("manifest", std::string(line.Get("manifest").text()));
  syntax::StreamOptions stream_options;
  stream_options.as_kubectl = true;
  const syntax::Stream stream =
      syntax::ReadKubernetesStream(sources, file, stream_options, diagnostics);
  ingest::KubernetesOptions options;
  options.aws_auth = [&](const ingest::AwsAuthConfigMap& config_map) {
    ingest::ReadAwsAuthConfigMap(config_map, sources, facts, diagnostics);
  };
  for (const syntax::StreamDocument& document : stream.documents) {
    ingest::ReadObject(document.tree.root(), options, facts, diagnostics);
  }
  if (facts.aws_auths.empty()) {
    return std::nullopt;
  }
  return facts.aws_auths.back();
}

bool Undecided(const source::Diagnostics& diagnostics) {
  return std::any_of(diagnostics.all().begin(), diagnostics.all().end(),
                     [](const source::Diagnostic& d) { return d.code == "yaml.undecided"; });
}

}  // namespace

Outcome ReplayAwsAuth(const Value& line, const Options&) {
  source::SourceSet sources;
  facts::Facts facts;
  source::Diagnostics diagnostics;
  Outcome outcome;
  const std::optional<facts::AwsAuth> read = Read(line, sources, facts, diagnostics);
  if (Undecided(diagnostics)) {
    outcome.skipped = 1;
    return outcome;
  }
  const auto compare = [&](const std::string& what, const std::string& expected,
                           const std::string& actual) {
    if (expected == actual) {
      ++outcome.passed;
      return;
    }
    ++outcome.failed;
    outcome.differences.push_back(
        Concat({what, "\n  expected ", expected, "\n  got      ", actual}));
  };
  const Value parsed = line.Get("parsed");
  compare("sections", parsed.Get("rejected") ? "rejected" : ShowExpected(parsed),
          read ? ShowActual(*read) : "rejected");
  eks::MapperOptions options;
  options.sso_role_match = line.Get("mode").text() == "sso";
  for (const Value prefix : line.Get("reserved").elements()) {
    options.reserved_prefixes.push_back(prefix.text());
  }
  const facts::AwsAuth aws_auth = read.value_or(facts::AwsAuth());
  const eks::AwsAuthMapper mapper(aws_auth, facts.holes, options);
  const Value answers = line.Get("answers");
  size_t i = 0;
  for (const Value caller : line.Get("callers").elements()) {
    const Value answer = answers.At(i++);
    compare(StsOf(caller).arn, Show(ExpectedAnswers(answer)), Show(ActualAnswers(mapper, caller)));
  }
  return outcome;
}

}  // namespace whomay::replay
