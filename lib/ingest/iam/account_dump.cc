#include "ingest/iam/account_dump.h"

#include <array>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "ingest/iam/policy_document.h"

namespace whomay::ingest {
namespace {

using facts::IamKind;
using source::Severity;
using syntax::Value;

constexpr std::array<std::string_view, 4> kLists = {"UserDetailList", "GroupDetailList",
                                                    "RoleDetailList", "Policies"};

// How the API names the parts of an entry.
struct KindNames {
  IamKind kind;
  std::string_view list;
  std::string_view word;  // for people
  std::string_view name;
  std::string_view policies;  // inline ones
};
constexpr std::array<KindNames, 3> kKinds = {
    KindNames{IamKind::kUser, "UserDetailList", "user", "UserName", "UserPolicyList"},
    KindNames{IamKind::kGroup, "GroupDetailList", "group", "GroupName", "GroupPolicyList"},
    KindNames{IamKind::kRole, "RoleDetailList", "role", "RoleName", "RolePolicyList"},
};

}  // namespace

// Reads one page.
class AccountDumps::Page {
 public:
  Page(AccountDumps& dumps, const Value& root)
      : sources_(dumps.sources_),
        facts_(dumps.facts_),
        diagnostics_(dumps.diagnostics_),
        root_(root) {}

  void Read() {
    for (const KindNames& kind : kKinds) {
      for (const Value entry : List(root_, kind.list)) {
        ReadPrincipal(entry, kind);
      }
    }
    for (const Value entry : List(root_, "Policies")) {
      ReadManagedPolicy(entry);
    }
  }
  // Of the first entry that has one.
  facts::Str account() const { return account_; }

 private:
  // The entries of a list; none, with a diagnostic, of what is no list.
  Value::Range List(const Value& entry, std::string_view name) {
    const Value list = entry.Get(name);
    if (list && !list.is_null() && !list.is_array()) {
      Lose(list, Concat({name, " is no list and was left out"}));
    }
    return list.elements();
  }

  void Lose(const Value& value, std::string message) {
    diagnostics_.AddLoss("iam-dump.value", value.span(), std::move(message), Path());
  }
  std::string Path() const { return std::string(object_); }

  facts::Str Text(const Value& entry, std::string_view name) {
    const Value value = entry.Get(name);
    return value.is_string() ? facts_.Keep(value.text()) : facts::Str();
  }

  // Names and ARN of an entry, or false when it has none.
  template <typename T>
  bool ReadHead(const Value& entry, std::string_view word, std::string_view name_key, T& record) {
    record.origin.span = entry.span();
    record.arn = Text(entry, "Arn");
    record.name = Text(entry, name_key);
    const Arn arn = ParseArn(record.arn);
    if (!arn.valid || record.name.empty()) {
      diagnostics_.AddLoss("iam-dump.name", entry.span(),
                           Concat({"a ", word, " without Arn or ", name_key, " was left out"}));
      return false;
    }
    record.account = facts_.Keep(arn.account);
    record.origin.object = facts_.Keep(Concat({word, " ", record.name}));
    object_ = record.origin.object;
    if (account_.empty() && arn.account != "aws") {
      account_ = record.account;
    }
    return true;
  }

  void ReadPrincipal(const Value& entry, const KindNames& names) {
    facts::IamPrincipal principal;
    principal.kind = names.kind;
    if (!ReadHead(entry, names.word, names.name, principal)) {
      return;
    }
    const facts::Str path = Text(entry, "Path");
    principal.path = path.empty() ? facts::Str("/") : path;
    principal.boundary = Text(entry.Get("PermissionsBoundary"), "PermissionsBoundaryArn");
    for (const Value tag : List(entry, "Tags")) {
      principal.tags.push_back({Text(tag, "Key"), Text(tag, "Value")});
    }
    const facts::IamRef self{names.kind, principal.arn, principal.account, principal.name};
    if (names.kind == IamKind::kRole) {
      principal.trust = ReadTrust(entry, principal.origin);
      ReadInstanceProfiles(entry, self);
    } else if (names.kind == IamKind::kUser) {
      ReadGroups(entry, self);
    }
    ReadPolicies(entry, names, self, principal.origin);
    facts_.principals.push_back(std::move(principal));
  }

  facts::PolicyId ReadTrust(const Value& entry, const facts::Origin& origin) {
    const Value document = entry.Get("AssumeRolePolicyDocument");
    if (!document) {
      // The API always gives one: the dump was cut.
      facts::PolicyDocument unknown;
      unknown.origin = origin;
      facts::Hole hole;
      hole.what = facts_.Keep(Concat({"the trust policy of ", origin.object}));
      hole.why = "the account dump holds none";
      hole.origin = origin;
      unknown.open = facts_.holes.Add(std::move(hole));
      Lose(entry, "the role has no AssumeRolePolicyDocument");
      return facts_.Add(std::move(unknown));
    }
    return ReadDocument(document, PolicyUse::kTrust, origin);
  }

  facts::PolicyId ReadDocument(const Value& document, PolicyUse use, facts::Origin origin) {
    origin.span = document.span();
    return facts_.Add(ReadPolicyText(document, {use, origin}, sources_, facts_, diagnostics_));
  }

  void ReadInstanceProfiles(const Value& entry, const facts::IamRef& role) {
    for (const Value item : List(entry, "InstanceProfileList")) {
      facts::InstanceProfile profile;
      profile.origin.span = item.span();
      profile.arn = Text(item, "Arn");
      profile.name = Text(item, "InstanceProfileName");
      profile.account = role.account;
      profile.role = role;
      profile.origin.object = facts_.Keep(Concat({"instance profile ", profile.name}));
      facts_.instance_profiles.push_back(std::move(profile));
    }
  }

  void ReadGroups(const Value& entry, const facts::IamRef& user) {
    for (const Value item : List(entry, "GroupList")) {
      if (!item.is_string()) {
        Lose(item, "a group that is no name was left out");
        continue;
      }
      facts::GroupMembership membership;
      membership.origin = {item.span(), {}, object_};
      membership.group = {IamKind::kGroup, {}, user.account, facts_.Keep(item.text())};
      membership.user = user;
      facts_.memberships.push_back(std::move(membership));
    }
  }

  void ReadPolicies(const Value& entry, const KindNames& names, const facts::IamRef& self,
                    const facts::Origin& origin) {
    for (const Value item : List(entry, names.policies)) {
      facts::InlinePolicy policy;
      policy.target = self;
      policy.name = Text(item, "PolicyName");
      policy.origin = {
          item.span(), {}, facts_.Keep(Concat({"policy ", policy.name, " of ", origin.object}))};
      policy.document =
          ReadDocument(item.Get("PolicyDocument"), PolicyUse::kIdentity, policy.origin);
      facts_.inline_policies.push_back(std::move(policy));
    }
    for (const Value item : List(entry, "AttachedManagedPolicies")) {
      facts::PolicyAttachment attachment;
      attachment.target = self;
      attachment.policy_arn = Text(item, "PolicyArn");
      attachment.origin = {item.span(), {}, object_};
      if (attachment.policy_arn.empty()) {
        Lose(item, "an attached policy without PolicyArn was left out");
        continue;
      }
      facts_.attachments.push_back(std::move(attachment));
    }
  }

  void ReadManagedPolicy(const Value& entry) {
    facts::ManagedPolicy policy;
    if (!ReadHead(entry, "policy", "PolicyName", policy)) {
      return;
    }
    const std::string_view wanted = entry.Get("DefaultVersionId").text();
    Value document;
    for (const Value version : List(entry, "PolicyVersionList")) {
      const bool is_default = version.Get("IsDefaultVersion").is_true() ||
                              (!wanted.empty() && version.Get("VersionId").text() == wanted);
      if (is_default) {
        document = version.Get("Document");
      }
    }
    if (!document) {
      diagnostics_.AddLoss(
          "iam-dump.no-default", entry.span(),
          Concat({"the default version of policy ", policy.name, " is not in the dump"}), Path());
      return;  // nobody holds its text: what rests on it is unknown
    }
    policy.document = ReadDocument(document, PolicyUse::kIdentity, policy.origin);
    facts_.managed_policies.push_back(std::move(policy));
  }

  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  const Value& root_;
  facts::Str object_;
  facts::Str account_;
};

bool LooksLikeAccountDump(const Value& root) {
  if (!root.is_object()) {
    return false;
  }
  bool any = false;
  for (const std::string_view list : kLists) {
    const Value entries = root.Get(list);
    if (entries && !entries.is_array()) {
      return false;
    }
    // `aws iam list-policies` prints Policies too, without their versions.
    const bool counts = list != "Policies" || entries.size() == 0 ||
                        entries.At(0).Get("PolicyVersionList").is_array();
    any = any || (entries.is_array() && counts);
  }
  return any;
}

void AccountDumps::Read(const Value& root) {
  Page page(*this, root);
  page.Read();
  Pages& pages = pages_[std::string(page.account())];
  const Value truncated = root.Get("IsTruncated");
  // `--max-items` of the command line leaves a NextToken instead.
  const Value more = truncated.is_true() ? truncated : root.Get("NextToken");
  if (more && !more.is_null()) {
    pages.truncated = more.span();
  } else {
    pages.last = true;
  }
}

void AccountDumps::Finish() {
  for (const auto& [account, pages] : pages_) {
    if (!pages.last) {
      diagnostics_.AddLoss(
          "iam-dump.pages", pages.truncated,
          Concat({"the dump of account ", account,
                  " goes on in further pages, and none of the inputs is the last"}));
    }
  }
  if (pages_.empty()) {
    return;
  }
  const auto key = [](std::string_view account, std::string_view name) {
    return AsciiLower(Concat({account, "/", name}));  // names differ in more than case
  };
  std::unordered_set<std::string> groups;
  for (const facts::IamPrincipal& principal : facts_.principals) {
    if (principal.kind == IamKind::kGroup) {
      groups.insert(key(principal.account, principal.name));
    }
  }
  for (const facts::GroupMembership& membership : facts_.memberships) {
    const facts::IamRef& group = membership.group;
    const bool from_dump = membership.origin.address.empty() && group.arn.empty();
    if (!from_dump || !groups.insert(key(group.account, group.name)).second) {
      continue;
    }
    facts::IamPrincipal mentioned;
    mentioned.kind = IamKind::kGroup;
    mentioned.policies = facts::Policies::kMentioned;
    mentioned.account = group.account;
    mentioned.name = group.name;
    mentioned.path = "/";
    mentioned.arn = facts_.Keep(Concat({"arn:", ParseArn(membership.user.arn).partition,
                                        ":iam::", group.account, ":group/", group.name}));
    mentioned.origin = membership.origin;
    facts_.principals.push_back(std::move(mentioned));
  }
}

}  // namespace whomay::ingest
