#include "data/aws_actions.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/glob.h"
#include "base/strings.h"
#include "data/packed_text.h"

namespace whomay::data {
namespace {

#include "data/aws_actions.inc"

constexpr PackedTable kTable = {{kServiceKeys, sizeof kServiceKeys - 1},
                                {kServiceBlocks, sizeof kServiceBlocks - 1},
                                kServiceIndex,
                                std::size(kServiceIndex),
                                {kServiceDictionary, sizeof kServiceDictionary - 1},
                                kServicePackedDictionary};
constexpr std::string_view kGlobalKeys = "*";   // block of the global condition keys
constexpr std::string_view kForeignKeys = "?";  // block of key prefixes that are no services

bool IsServiceBlock(std::string_view key) { return key != kGlobalKeys && key != kForeignKeys; }

uint16_t Number(std::string_view text) {
  uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<uint16_t> Numbers(std::string_view text, char separator) {
  std::vector<uint16_t> numbers;
  if (!text.empty()) {
    for (const std::string_view item : Split(text, separator)) {
      numbers.push_back(Number(item));
    }
  }
  return numbers;
}

AccessLevel Level(std::string_view letter) {
  switch (letter.empty() ? 'R' : letter[0]) {
    case 'L':
      return AccessLevel::kList;
    case 'W':
      return AccessLevel::kWrite;
    case 'T':
      return AccessLevel::kTagging;
    case 'P':
      return AccessLevel::kPermissions;
    default:
      return AccessLevel::kRead;
  }
}

// "4!:1,2": type 4, required, with keys 1 and 2.
AwsAction::Use ReadUse(std::string_view text) {
  AwsAction::Use use;
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    use.keys = Numbers(text.substr(colon + 1), ',');
  }
  use.required = text.substr(0, colon).find('!') != std::string_view::npos;
  use.type = Number(text);
  return use;
}

AwsAction ReadAction(const std::vector<std::string_view>& fields, const AwsService* service) {
  AwsAction action;
  action.service = service;
  action.name = fields[1];
  action.level = Level(fields[2]);
  if (fields.size() > 3) {
    action.keys = Numbers(fields[3], ' ');
  }
  if (fields.size() > 4) {
    for (const std::string_view use : Split(fields[4], ' ')) {
      action.resources.push_back(ReadUse(use));
    }
  }
  return action;
}

// The lines that generators/aws_actions.py describes.
void ReadService(AwsService& service) {
  for (const std::string_view line : Split(service.text, '\n')) {
    const std::vector<std::string_view> fields = Split(line, '\t');
    if (fields.size() < 3) {
      continue;
    }
    switch (line[0]) {
      case 'S':
        service.title = fields[1];
        service.rcp = fields[2] == "1";
        break;
      case 'K':
        service.keys.push_back({fields[1], fields[2], fields.size() > 3 ? fields[3] : ""});
        break;
      case 'R':
        service.resource_types.push_back(
            {fields[1], fields[2], Numbers(fields.size() > 3 ? fields[3] : "", ' ')});
        break;
      case 'A':
        service.actions.push_back(ReadAction(fields, &service));
        break;
      default:
        break;
    }
  }
}

// Optimal string alignment distance, or `limit` + 1 when it is more.
size_t Distance(std::string_view a, std::string_view b, size_t limit) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) {
    return limit + 1;
  }
  std::vector<size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return std::min(row[b.size()], limit + 1);
}

}  // namespace

std::string AwsAction::FullName() const { return Concat({service->prefix, ":", name}); }

const AwsAction* AwsService::Find(std::string_view name) const {
  const std::string lower = AsciiLower(name);
  const auto found = std::lower_bound(actions.begin(), actions.end(), lower,
                                      [](const AwsAction& action, const std::string& wanted) {
                                        return AsciiLower(action.name) < wanted;
                                      });
  return found != actions.end() && AsciiLower(found->name) == lower ? &*found : nullptr;
}

struct AwsActions::Cache {
  struct Slot {
    std::once_flag once;
    std::unique_ptr<AwsService> service;
  };

  // The block's content, unpacked when first asked for.
  const AwsService* Load(size_t i) {
    std::call_once(dictionary_once, [this] { dictionary = kTable.UnpackDictionary(); });
    Slot& slot = slots[i];
    std::call_once(slot.once, [&] {
      slot.service = std::make_unique<AwsService>();
      slot.service->prefix = kTable.key(i);
      slot.service->text = kTable.Unpack(i, dictionary);
      ReadService(*slot.service);
    });
    return slot.service.get();
  }
  const AwsService* Block(std::string_view key) {
    const size_t i = kTable.Find(key);
    return i < kTable.size && kTable.key(i) == key ? Load(i) : nullptr;
  }

  std::once_flag dictionary_once;
  std::string dictionary;
  std::unique_ptr<Slot[]> slots = std::make_unique<Slot[]>(kTable.size);
};

AwsActions::AwsActions() : cache_(std::make_unique<Cache>()) {}
AwsActions::~AwsActions() = default;
AwsActions::AwsActions(AwsActions&&) noexcept = default;
AwsActions& AwsActions::operator=(AwsActions&&) noexcept = default;

std::vector<std::string_view> AwsActions::services() const {
  std::vector<std::string_view> prefixes;
  for (size_t i = 0; i < kTable.size; ++i) {
    if (IsServiceBlock(kTable.key(i))) {
      prefixes.push_back(kTable.key(i));
    }
  }
  return prefixes;
}

const AwsService* AwsActions::FindService(std::string_view prefix) const {
  return IsServiceBlock(prefix) ? cache_->Block(AsciiLower(prefix)) : nullptr;
}

const AwsAction* AwsActions::Find(std::string_view action) const {
  const size_t colon = action.find(':');
  if (colon == std::string_view::npos) {
    return nullptr;
  }
  const AwsService* service = FindService(action.substr(0, colon));
  return service == nullptr ? nullptr : service->Find(action.substr(colon + 1));
}

std::vector<const AwsAction*> AwsActions::Match(std::string_view pattern) const {
  std::vector<const AwsAction*> matched;
  const size_t colon = pattern.find(':');
  const Glob prefix(pattern.substr(0, colon), Glob::Case::kFoldAscii);
  if (colon == std::string_view::npos && !prefix.is_everything()) {
    return matched;
  }
  const Glob name(colon == std::string_view::npos ? "*" : pattern.substr(colon + 1),
                  Glob::Case::kFoldAscii);
  for (size_t i = 0; i < kTable.size; ++i) {
    if (!IsServiceBlock(kTable.key(i)) || !prefix.Match(kTable.key(i))) {
      continue;
    }
    for (const AwsAction& action : cache_->Load(i)->actions) {
      if (name.Match(action.name)) {
        matched.push_back(&action);
      }
    }
  }
  return matched;
}

std::vector<std::string> AwsActions::Near(std::string_view action, size_t limit) const {
  constexpr size_t kLongest = 128;  // longer texts are near nothing
  const size_t colon = std::min(action.find(':'), action.size());
  const std::string prefix = AsciiLower(action.substr(0, colon));
  const std::string name = AsciiLower(action.substr(std::min(colon + 1, action.size())));
  std::vector<std::pair<size_t, std::string>> found;
  if (action.size() > kLongest) {
    return {};
  }
  for (size_t i = 0; i < kTable.size; ++i) {
    constexpr size_t kFarthestPrefix = 1;
    const size_t away = IsServiceBlock(kTable.key(i))
                            ? Distance(prefix, kTable.key(i), kFarthestPrefix)
                            : kFarthestPrefix + 1;
    if (away > kFarthestPrefix) {
      continue;
    }
    const size_t farthest = std::max<size_t>(2, name.size() / 4);
    for (const AwsAction& known : cache_->Load(i)->actions) {
      const size_t distance = Distance(name, AsciiLower(known.name), farthest);
      if (distance <= farthest) {
        found.emplace_back(distance + 2 * away, known.FullName());
      }
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < found.size() && i < limit; ++i) {
    names.push_back(std::move(found[i].second));
  }
  return names;
}

const AwsConditionKey* AwsActions::FindGlobalKey(std::string_view key) const {
  for (const AwsConditionKey& known : cache_->Block(kGlobalKeys)->keys) {
    if (KeyTemplateMatches(known.name, key)) {
      return &known;
    }
  }
  return nullptr;
}

const AwsConditionKey* AwsActions::FindKey(std::string_view key) const {
  if (const AwsConditionKey* global = FindGlobalKey(key)) {
    return global;
  }
  // A key of a service, or one that no service's prefix begins: those of identity providers and of
  // single services with another name for their keys.
  std::vector<const AwsService*> services;
  if (const AwsService* own = FindService(key.substr(0, key.find(':')))) {
    services.push_back(own);
  } else {
    for (const std::string_view line : Split(cache_->Block(kForeignKeys)->text, '\n')) {
      const std::vector<std::string_view> fields = Split(line, '\t');
      if (fields.size() == 3 && KeyTemplateMatches(Concat({fields[1], ":${Rest}"}), key)) {
        for (const std::string_view prefix : Split(fields[2], ' ')) {
          services.push_back(FindService(prefix));
        }
      }
    }
  }
  for (const AwsService* service : services) {
    if (service == nullptr) {
      continue;
    }
    for (const AwsConditionKey& known : service->keys) {
      if (KeyTemplateMatches(known.name, key)) {
        return &known;
      }
    }
  }
  return nullptr;
}

Tri AwsActions::MayCarry(const AwsAction& action, std::string_view key) const {
  const AwsService& service = *action.service;
  const auto lists = [&](const std::vector<uint16_t>& keys) {
    return std::any_of(keys.begin(), keys.end(), [&](uint16_t i) {
      return i < service.keys.size() && KeyTemplateMatches(service.keys[i].name, key);
    });
  };
  bool listed = lists(action.keys);
  for (const AwsAction::Use& use : action.resources) {
    listed =
        listed || lists(use.keys) ||
        (use.type < service.resource_types.size() && lists(service.resource_types[use.type].keys));
  }
  if (listed) {
    return Tri::kTrue;
  }
  if (const AwsConditionKey* global = FindGlobalKey(key)) {
    // Tags of the request and of the resource come only with the actions and resource types that
    // list them; every other global key may come with any request.
    const bool tags = EqualsIgnoreAsciiCase(key.substr(0, 15), "aws:RequestTag/") ||
                      EqualsIgnoreAsciiCase(key.substr(0, 16), "aws:ResourceTag/") ||
                      EqualsIgnoreAsciiCase(key, "aws:TagKeys");
    return tags && global != nullptr ? Tri::kFalse : Tri::kTrue;
  }
  const std::string_view prefix = key.substr(0, key.find(':'));
  // Claims of an identity provider stay with the session (cognito-identity.amazonaws.com:sub).
  if (FindService(prefix) == nullptr || FindKey(key) == nullptr ||
      KeyListingIncomplete(service.prefix, action.name, key)) {
    return Tri::kUnknown;
  }
  return Tri::kFalse;
}

std::string ArnGlob(std::string_view pattern) {
  std::string glob;
  while (!pattern.empty()) {
    const size_t begin = pattern.find("${");
    glob += pattern.substr(0, begin);
    if (begin == std::string_view::npos) {
      break;
    }
    const size_t end = pattern.find('}', begin);
    glob += '*';
    pattern.remove_prefix(end == std::string_view::npos ? pattern.size() : end + 1);
  }
  return glob;
}

std::vector<std::string> ResourcePatterns(const AwsAction& action) {
  std::vector<std::string> patterns;
  for (const AwsAction::Use& use : action.resources) {
    const std::vector<AwsResourceType>& types = action.service->resource_types;
    if (use.type < types.size() && !types[use.type].arn.empty()) {
      patterns.push_back(ArnGlob(types[use.type].arn));
    }
  }
  if (action.wildcard_only()) {
    const std::string_view evaluated = EvaluatedArn(action.service->prefix, action.name);
    if (!evaluated.empty()) {
      patterns.push_back(ArnGlob(evaluated));
    }
  }
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return patterns;
}

bool KeyTemplateMatches(std::string_view key_template, std::string_view key) {
  size_t variable = key_template.find("${");
  if (variable == std::string_view::npos) {
    return EqualsIgnoreAsciiCase(key_template, key);
  }
  Glob glob(Glob::Case::kFoldAscii);
  while (variable != std::string_view::npos) {
    glob.AppendLiteral(key_template.substr(0, variable));
    glob.AppendAny();  // a variable part is not empty
    glob.AppendStar();
    const size_t end = key_template.find('}', variable);
    key_template.remove_prefix(end == std::string_view::npos ? key_template.size() : end + 1);
    variable = key_template.find("${");
  }
  glob.AppendLiteral(key_template);
  return glob.Match(key);
}

std::string_view ActionsSource() { return kServiceSource; }

}  // namespace whomay::data
