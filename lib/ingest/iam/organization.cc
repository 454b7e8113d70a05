#include "ingest/iam/organization.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/iam/policy_document.h"

namespace whomay::ingest {
namespace {

using facts::OrganizationPolicy;
using source::Severity;
using syntax::Value;

constexpr std::string_view kFullAccess = "FullAWSAccess";
constexpr std::string_view kFullAccessRcp = "RCPFullAWSAccess";

// "scp/./a/../b.json" -> "scp/b.json"; leading ".." stay.
std::string Normalize(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : Split(path, '/')) {
    if (part == "..") {
      if (!kept.empty() && kept.back() != ".." && !kept.back().empty()) {
        kept.pop_back();
        continue;
      }
    } else if (part == "." || (part.empty() && !kept.empty())) {
      continue;
    }
    kept.push_back(part);
  }
  return Join(kept, "/");
}

class Reader {
 public:
  Reader(const LoadFile& load, source::SourceSet& sources, facts::Facts& facts,
         source::Diagnostics& diagnostics)
      : load_(load), sources_(sources), facts_(facts), diagnostics_(diagnostics) {}

  void Read(const Value& root) {
    const Value organization = root.Get("organization");
    const std::string_view name = sources_.name(root.span().file);
    const size_t slash = name.rfind('/');
    folder_ = slash == std::string_view::npos ? "" : std::string(name.substr(0, slash + 1));
    Known(organization, {"id", "root", "management_account", "scps", "rcps", "units", "accounts"});
    root_ = organization.Get("root") ? facts_.Keep(Text(organization.Get("root"))) : "root";
    management_ = facts_.Keep(Text(organization.Get("management_account")));
    facts::OrganizationNode node;
    node.id = root_;
    node.organization = facts_.Keep(Text(organization.Get("id")));
    AddNode(std::move(node), organization);
    const Value units = organization.Get("units");
    ReadUnits(units);
    ReadAccounts(organization.Get("accounts"));
    CheckUnits(units);
    if (!management_.empty() && !nodes_.contains(management_)) {
      facts::OrganizationNode account;
      account.id = management_;
      account.parent = root_;
      AddNode(std::move(account), organization.Get("management_account"));
    }
    DropStandAlone();
  }

 private:
  void Say(std::string code, const Value& at, std::string message) {
    diagnostics_.Add(std::move(code), Severity::kWarning, at.span(), std::move(message));
  }
  void Lose(std::string code, const Value& at, std::string message) {
    diagnostics_.AddLoss(std::move(code), at.span(), std::move(message));
  }

  // Diagnoses members that are not listed.
  void Known(const Value& object, std::initializer_list<std::string_view> names) {
    for (const Value member : object.members()) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
        diagnostics_.AddLoss("organization.element", member.key_span(),
                             Concat({"\"", member.key(), "\" is not known here and was left out"}));
      }
    }
    CheckMapping(object);
  }

  // Texts, and numbers as they are written.
  std::string_view Text(const Value& value) {
    if (value && !value.is_string() && !value.is_number()) {
      Lose("organization.value", value, "this is no text and was left out");
    }
    return value.text();
  }

  void AddNode(facts::OrganizationNode node, const Value& entry) {
    node.origin.span = entry.span();
    node.origin.object = facts_.Keep(Concat({"organization ", node.id}));
    node.management_account = node.id == management_ && !node.id.empty();
    const facts::Str id = node.id;
    nodes_.emplace(id, node.parent);
    facts_.organization_nodes.push_back(std::move(node));
    const Value scps = entry.is_object() ? entry.Get("scps") : Value();
    const Value rcps = entry.is_object() ? entry.Get("rcps") : Value();
    bool allows = !scps;
    if (!scps) {
      Attach(BuiltIn(OrganizationPolicy::Type::kServiceControl), id, entry);
    }
    for (const Value item : Items(scps)) {
      allows = Attach(Policy(item, OrganizationPolicy::Type::kServiceControl), id, item) || allows;
    }
    if (!allows) {
      Say("organization.no-allow", scps,
          Concat({"no SCP on ", id, " allows anything, so nothing is allowed below it: ",
                  "FullAWSAccess is not in the list"}));
    }
    Attach(BuiltIn(OrganizationPolicy::Type::kResourceControl), id, entry);
    for (const Value item : Items(rcps)) {
      Attach(Policy(item, OrganizationPolicy::Type::kResourceControl), id, item);
    }
  }

  Value::Range Items(const Value& list) {
    if (list && !list.is_array() && !list.is_null()) {
      Lose("organization.value", list, "this is no list and was left out");
    }
    return list.elements();
  }

  // Whether the policy allows anything, or might.
  bool Attach(size_t policy, facts::Str target, const Value& at) {
    facts::OrganizationAttachment attachment;
    attachment.origin.span = at.span();
    attachment.policy = facts_.organization_policies[policy].id;
    attachment.target = target;
    facts_.organization_attachments.push_back(std::move(attachment));
    const facts::PolicyDocument& document =
        facts_.policy(facts_.organization_policies[policy].document);
    return document.open != facts::HoleId::kNone || !document.readable ||
           std::any_of(document.statements.begin(), document.statements.end(),
                       [](const facts::Statement& statement) {
                         return statement.effect != facts::Statement::Effect::kDeny;
                       });
  }

  size_t AddPolicy(OrganizationPolicy::Type type, std::string_view id, std::string_view name,
                   facts::PolicyDocument document) {
    OrganizationPolicy policy;
    policy.origin = document.origin;
    policy.type = type;
    policy.id = facts_.Keep(id);
    policy.name = facts_.Keep(name);
    policy.document = facts_.Add(std::move(document));
    facts_.organization_policies.push_back(std::move(policy));
    const size_t index = facts_.organization_policies.size() - 1;
    policies_.emplace(Concat({TypeName(type), facts_.organization_policies[index].id}), index);
    return index;
  }

  static std::string_view TypeName(OrganizationPolicy::Type type) {
    return type == OrganizationPolicy::Type::kServiceControl ? "SCP " : "RCP ";
  }
  static PolicyUse Use(OrganizationPolicy::Type type) {
    return type == OrganizationPolicy::Type::kServiceControl ? PolicyUse::kServiceControl
                                                             : PolicyUse::kResourceControl;
  }

  // FullAWSAccess or RCPFullAWSAccess, which AWS attaches itself.
  size_t BuiltIn(OrganizationPolicy::Type type) {
    const bool scp = type == OrganizationPolicy::Type::kServiceControl;
    const std::string_view id = scp ? kFullAccess : kFullAccessRcp;
    if (const auto found = policies_.find(Concat({TypeName(type), id})); found != policies_.end()) {
      return found->second;
    }
    facts::Statement statement;
    statement.has_action = statement.has_resource = true;
    statement.actions = {"*"};
    statement.resources = {"*"};
    if (!scp) {
      statement.has_principal = true;
      statement.principals = {{facts::PrincipalEntry::Type::kAny, "*", {}}};
    }
    facts::PolicyDocument document;
    document.origin.object = id;
    document.version = "2012-10-17";
    document.statements.push_back(std::move(statement));
    return AddPolicy(type, id, id, std::move(document));
  }

  size_t Policy(const Value& item, OrganizationPolicy::Type type) {
    if (item.is_object()) {
      return InlinePolicy(item, type);
    }
    const std::string_view text = Text(item);
    if (text == kFullAccess || text == kFullAccessRcp) {
      return BuiltIn(type);
    }
    const std::string path = Normalize(Concat({folder_, text}));
    if (const auto found = policies_.find(Concat({TypeName(type), path}));
        found != policies_.end()) {
      return found->second;
    }
    const size_t slash = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
    const std::string name = path.substr(slash, path.rfind('.') - slash);
    const source::FileId file = FindFile(path, text);
    PolicyReading as{Use(type), {}};
    as.origin.object = facts_.Keep(Concat({"policy ", name}));
    facts::PolicyDocument document;
    if (file == source::FileId::kNone) {
      Lose("organization.policy", item, Concat({"there is no policy file ", path}));
      document.origin = {item.span(), {}, as.origin.object};
      facts::Hole hole;
      hole.what = facts_.Keep(Concat({"the policy ", path}));
      hole.why = "the file is not there";
      hole.fill = facts_.Keep(Concat({"give ", path}));
      hole.origin = document.origin;
      document.open = facts_.holes.Add(std::move(hole));
    } else {
      const source::Span whole{file, 0, static_cast<uint32_t>(sources_.bytes(file).size())};
      document = ReadPolicySpan(whole, as, sources_, facts_, diagnostics_);
    }
    return AddPolicy(type, path, name, std::move(document));
  }

  size_t InlinePolicy(const Value& item, OrganizationPolicy::Type type) {
    Value policy = item;
    std::string name = Concat({"inline-", std::to_string(facts_.organization_policies.size())});
    if (!item.Get("Statement")) {
      Known(item, {"name", "policy"});
      policy = item.Get("policy");
      if (item.Get("name")) {
        name = std::string(Text(item.Get("name")));
      }
    }
    PolicyReading as{Use(type), {}};
    as.origin.object = facts_.Keep(Concat({"policy ", name}));
    as.origin.span = item.span();
    // Two inline policies of one name are two policies.
    const std::string id = Concat({name, "#", std::to_string(facts_.organization_policies.size())});
    return AddPolicy(type, id, name, ReadPolicyText(policy, as, sources_, facts_, diagnostics_));
  }

  // An input of this path, or the file from the folder of the organization's file.
  source::FileId FindFile(const std::string& path, std::string_view written) {
    for (size_t i = 0; i < sources_.size(); ++i) {
      const auto file = static_cast<source::FileId>(i);
      if (sources_.Outermost({file, 0, 0}).file == file && Normalize(sources_.name(file)) == path) {
        used_.insert(std::string(sources_.name(file)));
        return file;
      }
    }
    // The organization's file may come from a pull request: it reaches into no other folder.
    const std::string inside = Normalize(written);
    if (load_ == nullptr || inside.substr(0, 2) == ".." || inside.substr(0, 1) == "/") {
      return source::FileId::kNone;
    }
    std::optional<std::string> bytes = load_(path);
    return bytes.has_value() ? sources_.Add(path, *std::move(bytes)) : source::FileId::kNone;
  }

  void ReadUnits(const Value& units) {
    CheckMapping(units);
    for (const Value unit : units.members()) {
      Known(unit, {"parent", "scps", "rcps"});
      facts::OrganizationNode node;
      node.id = facts_.Keep(unit.key());
      const Value parent = unit.is_object() ? unit.Get("parent") : Value();
      node.parent = parent ? facts_.Keep(Text(parent)) : root_;
      AddNode(std::move(node), unit);
    }
  }
  // What stands there is a mapping whose keys are ids.
  void CheckMapping(const Value& object) {
    if (object && !object.is_object() && !object.is_null()) {
      Lose("organization.value", object, "this is no mapping and was left out");
    }
  }

  void ReadAccounts(const Value& accounts) {
    CheckMapping(accounts);
    for (const Value account : accounts.members()) {
      Known(account, {"unit", "scps", "rcps"});
      facts::OrganizationNode node;
      node.id = facts_.Keep(account.key());
      const Value unit = account.is_object() ? account.Get("unit") : Value();
      node.parent = unit ? facts_.Keep(Text(unit)) : root_;
      const bool digits =
          std::all_of(node.id.begin(), node.id.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!digits || node.id.size() != 12) {
        diagnostics_.AddLoss(
            "organization.account", account.key_span(),
            Concat({"\"", node.id, "\" is no account id: 12 digits, between quotes"}));
      }
      if (!nodes_.contains(node.parent)) {
        Lose("organization.unit", unit, Concat({"there is no unit \"", node.parent, "\""}));
      }
      AddNode(std::move(node), account);
    }
  }

  // Every unit leads to the root.
  void CheckUnits(const Value& units) {
    for (const Value unit : units.members()) {
      facts::Str at = unit.key();
      for (size_t steps = 0; at != root_; ++steps) {
        const auto parent = nodes_.find(at);
        if (parent == nodes_.end() || steps > kDeepest) {
          Lose("organization.unit", unit,
               parent == nodes_.end()
                   ? Concat({"there is no unit \"", at, "\""})
                   : Concat({"unit \"", unit.key(), "\" does not lead to the root"}));
          break;
        }
        at = parent->second;
      }
    }
  }

  // Policy files that sit somewhere are no policies of their own.
  void DropStandAlone() {
    std::erase_if(facts_.managed_policies, [this](const facts::ManagedPolicy& policy) {
      return policy.account.empty() && used_.contains(std::string(policy.arn));
    });
  }

  static constexpr size_t kDeepest = 32;  // AWS allows five levels below the root

  const LoadFile& load_;
  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  std::string folder_;
  facts::Str root_;
  facts::Str management_;
  std::unordered_map<std::string_view, facts::Str> nodes_;  // id -> parent
  std::unordered_map<std::string, size_t> policies_;        // type and id -> index in facts
  std::unordered_set<std::string> used_;                    // names of policy files
};

}  // namespace

bool LooksLikeOrganization(const Value& root) {
  return root.is_object() && root.size() == 1 && root.Get("organization").is_object();
}

void ReadOrganization(const Value& root, const LoadFile& load, source::SourceSet& sources,
                      facts::Facts& facts, source::Diagnostics& diagnostics) {
  Reader(load, sources, facts, diagnostics).Read(root);
}

}  // namespace whomay::ingest
