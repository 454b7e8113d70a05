#include "ingest/eks/aws_auth.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "data/unicode_case.h"
#include "ingest/eks/go_json.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::ingest {
namespace {

using facts::AwsAuthEntry;
using facts::HoleId;
using source::Severity;
using source::Span;
using syntax::Value;

// YAML refuses the bytes by which holes are written. While a section is parsed a hole is
// U+E8F0 number U+E8F1, private characters that stand in any scalar.
constexpr std::string_view kHoleBegin = "\xEE\xA3\xB0";
constexpr std::string_view kHoleEnd = "\xEE\xA3\xB1";

std::string WithPlaceholders(std::string_view text) {
  std::string out;
  for (const facts::Piece& piece : facts::Pieces(text)) {
    out.append(piece.literal);
    if (piece.hole != HoleId::kNone) {
      out.append(Concat({kHoleBegin, std::to_string(static_cast<uint32_t>(piece.hole)), kHoleEnd}));
    }
  }
  return out;
}

std::string WithHoles(std::string_view text) {
  std::string out;
  for (size_t at; (at = text.find(kHoleBegin)) != std::string_view::npos;) {
    out.append(text.substr(0, at));
    text.remove_prefix(at + kHoleBegin.size());
    uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    out.append(facts::HoleText(static_cast<HoleId>(number)));
    const size_t end = text.find(kHoleEnd);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + kHoleEnd.size());
  }
  return out.append(text);
}

HoleId FirstPlaceholder(std::string_view text) {
  const size_t at = text.find(kHoleBegin);
  if (at == std::string_view::npos) {
    return HoleId::kNone;
  }
  uint32_t number = 0;
  const char* digits = text.data() + at + kHoleBegin.size();
  std::from_chars(digits, text.data() + text.size(), number);
  return static_cast<HoleId>(number);
}

// strings.TrimSpace(text) is empty or one of the quoted nothings: the authenticator does not look.
bool IsSkipped(std::string_view text) {
  static constexpr std::string_view kSpaces[] = {"\t",           "\n",           "\v",
                                                 "\f",           "\r",           " ",
                                                 "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80",
                                                 "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
                                                 "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
                                                 "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
                                                 "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
                                                 "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
                                                 "\xE3\x80\x80"};
  for (bool trimmed = true; trimmed;) {
    trimmed = false;
    for (const std::string_view space : kSpaces) {
      if (text.size() >= space.size() && text.substr(0, space.size()) == space) {
        text.remove_prefix(space.size());
        trimmed = true;
      }
      if (text.size() >= space.size() && text.substr(text.size() - space.size()) == space) {
        text.remove_suffix(space.size());
        trimmed = true;
      }
    }
  }
  return text.empty() || text == "``" || text == "\"\"" || text == "''";
}

// Our readers' limits, and what only the real parser can tell: the section is not lost for the
// authenticator, only for us.
bool IsOurLimit(std::string_view code) {
  return code == "yaml.depth" || code == "yaml.nodes" || code == "yaml.aliases" ||
         code == "yaml.undecided" || code == "source.size";
}

bool AllOf(std::string_view text, bool (*is)(char)) {
  return std::all_of(text.begin(), text.end(), is);
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPermissionSetCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

// Why RoleMapping.Validate refuses an `sso`; empty when it does not.
std::string_view WhySsoRefused(const AwsAuthEntry::Sso& sso) {
  constexpr std::string_view kPartitions[] = {"",           "aws",       "aws-cn",
                                              "aws-us-gov", "aws-iso",   "aws-iso-b",
                                              "aws-iso-e",  "aws-iso-f", "aws-eusc"};
  if (!facts::HasHole(sso.account) && (sso.account.size() != 12 || !AllOf(sso.account, IsDigit))) {
    return "its sso.accountID is not twelve digits (as text)";
  }
  const std::string_view set = sso.permission_set;
  if (!facts::HasHole(set) &&
      (set.empty() || set.size() > 32 || !AllOf(set, IsPermissionSetCharacter))) {
    return "its sso.permissionSetName is no permission set's name";
  }
  const bool known = std::find(std::begin(kPartitions), std::end(kPartitions), sso.partition) !=
                     std::end(kPartitions);
  return known || facts::HasHole(sso.partition) ? "" : "its sso.partition is not a partition";
}

// One section on its way to facts.
class SectionReader {
 public:
  SectionReader(std::string_view name, const AwsAuthSection& section, source::SourceSet& sources,
                facts::Facts& facts, source::Diagnostics& diagnostics)
      : name_(name),
        section_(section),
        sources_(sources),
        facts_(facts),
        diagnostics_(diagnostics),
        open_(section.open) {}

  std::vector<AwsAuthEntry> Entries(bool roles);
  std::vector<facts::Str> Accounts();
  HoleId open() const { return open_; }

 private:
  // The list that stands in the section; missing when nothing does.
  syntax::YamlValue Parse(bool as_text);
  void Forward(const source::Diagnostics& parser);
  void NotAList(const Value& value);
  void Warn(std::string_view code, Span span, std::string message) {
    diagnostics_.Add(Concat({"aws-auth.", code}), Severity::kWarning, span, std::move(message),
                     std::string(name_));
  }
  // What is left out held a hole: its text may bring more than we can tell.
  void NoteHole(Span span) {
    if (section_.holes && open_ == HoleId::kNone) {
      open_ = FirstPlaceholder(sources_.text(span));
    }
  }
  facts::Str Keep(std::string_view text) {
    return facts_.Keep(section_.holes ? WithHoles(text) : text);
  }
  TypeError ReportType(std::string_view field);
  bool DecodeEntry(const Value& item, bool roles, AwsAuthEntry& entry);
  void DecodeSso(const Value& value, AwsAuthEntry::Sso& sso);
  void ReportKeyCase(const std::vector<Value>& members, std::string_view field);
  void ReportDuplicates(const std::vector<AwsAuthEntry>& entries, bool roles);

  const std::string_view name_;
  const AwsAuthSection& section_;
  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  HoleId open_;
};

void SectionReader::Forward(const source::Diagnostics& parser) {
  for (const source::Diagnostic& said : parser.all()) {
    source::Diagnostic& copy =
        diagnostics_.Add(said.code, said.severity, said.span, said.message, std::string(name_));
    copy.related = said.related;
    if (!IsOurLimit(said.code)) {
      continue;
    }
    diagnostics_.AddLoss("aws-auth.limit", said.span,
                         Concat({name_, " was not read, though the cluster may read it"}),
                         std::string(name_));
    if (open_ == HoleId::kNone) {
      facts::Hole hole;
      hole.what = facts_.Keep(name_);
      hole.why = "could not be read within this tool's limits";
      hole.origin.span = said.span;
      open_ = facts_.holes.Add(std::move(hole));
    }
  }
}

syntax::YamlValue SectionReader::Parse(bool as_text) {
  const std::string_view text = sources_.bytes(section_.file);
  const Span all{section_.file, 0, static_cast<uint32_t>(text.size())};
  if (IsSkipped(text)) {
    return {};
  }
  source::Diagnostics parser;
  syntax::YamlValue value = syntax::ParseKubernetesYaml(sources_, all, parser, name_, as_text);
  Forward(parser);
  if (value.failed) {
    Warn("empty-section", all,
         Concat({name_, " is not YAML that the cluster can read: nothing of it counts"}));
    NoteHole(all);
  }
  if (value.leftover.known()) {
    Warn("leftover", value.leftover,
         Concat({"only the first value of ", name_, " is read; this is left out"}));
    NoteHole(value.leftover);
  }
  return value;
}

void SectionReader::NotAList(const Value& value) {
  if (value && !value.is_null()) {
    Warn("empty-section", value.span(), Concat({name_, " is not a list: nothing of it counts"}));
    NoteHole(value.span());
  }
}

TypeError SectionReader::ReportType(std::string_view field) {
  return [this, field](const Value& value, std::string_view wanted) {
    Warn("type", value.span(),
         Concat({field, " should be ", wanted, " and is not: it counts as empty"}));
    NoteHole(value.span());
  };
}

void SectionReader::ReportKeyCase(const std::vector<Value>& members, std::string_view field) {
  const Value* first = nullptr;
  for (const Value& member : members) {
    if (!GoFieldMatches(member.key(), field)) {
      continue;
    }
    if (first != nullptr) {
      Warn("key-case", member.key_span(),
           Concat({"\"", first->key(), "\" and \"", member.key(),
                   "\" are one field; they are decoded in byte order, so this one wins"}));
      diagnostics_.Add("aws-auth.key-case", Severity::kNote, first->key_span(),
                       "the other spelling", std::string(name_));
    }
    first = &member;
  }
}

void SectionReader::DecodeSso(const Value& value, AwsAuthEntry::Sso& sso) {
  if (value.is_null()) {
    sso = {};
    return;
  }
  sso.given = true;
  if (!value.is_object()) {
    ReportType("sso")(value, "a map");
    return;
  }
  const std::pair<std::string_view, facts::Str*> fields[] = {
      {"permissionSetName", &sso.permission_set},
      {"accountID", &sso.account},
      {"partition", &sso.partition}};
  for (const Value& member : GoMembers(value)) {
    for (const auto& [name, field] : fields) {
      if (GoFieldMatches(member.key(), name)) {
        std::string text(*field);
        DecodeText(member, text, ReportType(name));
        *field = Keep(text);
      }
    }
  }
}

bool SectionReader::DecodeEntry(const Value& item, bool roles, AwsAuthEntry& entry) {
  const std::string_view arn_field = roles ? "rolearn" : "userarn";
  std::string arn, username;
  GoStrings groups;
  const std::vector<Value> members = GoMembers(item);
  for (const Value& member : members) {
    const std::string_view key = member.key();
    if (GoFieldMatches(key, arn_field)) {
      DecodeText(member, arn, ReportType(arn_field));
    } else if (GoFieldMatches(key, "username")) {
      DecodeText(member, username, ReportType("username"));
    } else if (GoFieldMatches(key, "groups")) {
      groups.Decode(member, ReportType("groups"));
    } else if (roles && GoFieldMatches(key, "sso")) {
      DecodeSso(member, entry.sso);
    } else if (section_.holes) {
      NoteHole(member.key_span());
    }
  }
  for (const std::string_view field :
       {arn_field, std::string_view("username"), std::string_view("groups")}) {
    ReportKeyCase(members, field);
  }
  entry.span = item.span();
  entry.arn = Keep(arn);
  entry.username = Keep(username);
  for (const std::string& group : groups.texts()) {
    entry.groups.push_back(Keep(group));
  }
  std::string_view why;
  if (entry.arn.empty() && !entry.sso.given) {
    why = roles ? "it has no rolearn" : "it has no userarn";
  } else if (!entry.arn.empty() && entry.sso.given) {
    why = "it has both rolearn and sso";
  } else if (entry.sso.given) {
    why = WhySsoRefused(entry.sso);
  }
  if (!why.empty()) {
    Warn("dropped", item.span(), Concat({"this entry of ", name_, " does not count: ", why}));
    NoteHole(item.span());
  }
  return why.empty();
}

void SectionReader::ReportDuplicates(const std::vector<AwsAuthEntry>& entries, bool roles) {
  std::map<std::string, const AwsAuthEntry*> last;
  for (const AwsAuthEntry& entry : entries) {
    if (entry.arn.empty()) {
      continue;
    }
    const AwsAuthEntry*& slot = last[roles && !facts::HasHole(entry.arn) ? data::GoLower(entry.arn)
                                                                         : std::string(entry.arn)];
    if (slot != nullptr) {
      diagnostics_
          .Add("aws-auth.duplicate", Severity::kWarning, slot->span,
               Concat({"a later entry maps ", facts_.holes.Display(entry.arn),
                       " too: this one does not count"}),
               std::string(name_))
          .related.push_back({entry.span, "the entry that counts"});
    }
    slot = &entry;
  }
}

std::vector<AwsAuthEntry> SectionReader::Entries(bool roles) {
  std::vector<AwsAuthEntry> entries;
  if (section_.file == source::FileId::kNone) {
    return entries;
  }
  const syntax::YamlValue parsed = Parse(false);
  const Value root = parsed.tree.root();
  if (!root.is_array()) {
    NotAList(root);
    return entries;
  }
  for (const Value item : root.elements()) {
    if (item.is_object()) {
      AwsAuthEntry entry;
      if (DecodeEntry(item, roles, entry)) {
        entries.push_back(std::move(entry));
      }
      continue;
    }
    Warn("dropped", item.span(),
         Concat({"this item of ", name_, " is not a map: it does not count"}));
    NoteHole(item.span());
  }
  ReportDuplicates(entries, roles);
  return entries;
}

std::vector<facts::Str> SectionReader::Accounts() {
  std::vector<facts::Str> accounts;
  if (section_.file == source::FileId::kNone) {
    return accounts;
  }
  const syntax::YamlValue parsed = Parse(true);
  const Value root = parsed.tree.root();
  if (!root.is_array()) {
    NotAList(root);
    return accounts;
  }
  for (const Value item : root.elements()) {
    if (item.is_array() || item.is_object()) {
      Warn("dropped", item.span(),
           Concat({"this item of ", name_, " is not a text: it does not count"}));
      NoteHole(item.span());
      continue;
    }
    accounts.push_back(Keep(data::GoValidUtf8(item.text())));
  }
  return accounts;
}

// "maproles", "map_roles", "mapRole": nobody reads them.
bool LooksLikeSection(std::string_view key) {
  std::string plain;
  for (const char c : AsciiLower(key)) {
    if (c >= 'a' && c <= 'z') {
      plain += c;
    }
  }
  for (const std::string_view section : {"maproles", "mapusers", "mapaccounts"}) {
    if (plain == section || plain == section.substr(0, section.size() - 1)) {
      return true;
    }
  }
  return false;
}

}  // namespace

AwsAuthSection SectionOf(source::SourceSet& sources, const Value& value) {
  AwsAuthSection section;
  if (!value.is_string()) {
    return section;  // null is "", which holds nothing either
  }
  if (facts::HasHole(value.text())) {
    return SectionOf(sources, value.text(), value.span());
  }
  section.file = syntax::EmbedString(sources, value);
  return section;
}

AwsAuthSection SectionOf(source::SourceSet& sources, std::string_view text, Span where) {
  AwsAuthSection section;
  section.open = facts::WholeHole(text);
  if (section.open != HoleId::kNone) {
    return section;
  }
  section.holes = facts::HasHole(text);
  std::string bytes = section.holes ? WithPlaceholders(text) : std::string(text);
  section.file = where.known() ? sources.AddEmbedded(where, std::move(bytes), {{0, where.begin}})
                               : sources.Add("aws-auth", std::move(bytes));
  return section;
}

facts::AwsAuth ReadAwsAuth(const AwsAuthSections& sections, facts::AwsAuth head,
                           source::SourceSet& sources, facts::Facts& facts,
                           source::Diagnostics& diagnostics) {
  facts::AwsAuth& aws_auth = head;
  SectionReader roles("mapRoles", sections.roles, sources, facts, diagnostics);
  aws_auth.roles = roles.Entries(true);
  aws_auth.roles_open = roles.open();
  SectionReader users("mapUsers", sections.users, sources, facts, diagnostics);
  aws_auth.users = users.Entries(false);
  aws_auth.users_open = users.open();
  SectionReader accounts("mapAccounts", sections.accounts, sources, facts, diagnostics);
  aws_auth.accounts = accounts.Accounts();
  aws_auth.accounts_open = accounts.open();
  return head;
}

void ReadAwsAuthConfigMap(const AwsAuthConfigMap& config_map, source::SourceSet& sources,
                          facts::Facts& facts, source::Diagnostics& diagnostics) {
  if (config_map.namespace_name != "kube-system") {
    diagnostics.Add("aws-auth.namespace", Severity::kWarning, config_map.origin.span,
                    Concat({"the authenticator reads aws-auth in kube-system only, not in ",
                            config_map.namespace_name}),
                    std::string(config_map.origin.object));
    return;
  }
  AwsAuthSections sections;
  if (config_map.data.is_string()) {  // the whole of `data` is a hole
    sections.roles.open = facts::WholeHole(config_map.data.text());
    sections.users.open = sections.accounts.open = sections.roles.open;
  }
  for (const Value entry : config_map.data.members()) {
    AwsAuthSection* section = entry.key() == "mapRoles"      ? &sections.roles
                              : entry.key() == "mapUsers"    ? &sections.users
                              : entry.key() == "mapAccounts" ? &sections.accounts
                                                             : nullptr;
    if (section != nullptr) {
      *section = SectionOf(sources, entry);  // of equal keys the last
    } else if (LooksLikeSection(entry.key())) {
      diagnostics.Add("aws-auth.unknown-key", Severity::kWarning, entry.key_span(),
                      Concat({"\"", entry.key(),
                              "\" is not read; the keys are mapRoles, mapUsers and mapAccounts"}),
                      std::string(config_map.origin.object));
    }
  }
  facts::AwsAuth head;
  head.origin = config_map.origin;
  head.worlds = config_map.worlds;
  head.cluster = config_map.cluster;
  facts.aws_auths.push_back(ReadAwsAuth(sections, std::move(head), sources, facts, diagnostics));
}

}  // namespace whomay::ingest
