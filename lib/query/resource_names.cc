#include "query/resource_names.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"
#include "data/api_resources.h"

namespace whomay::query {
namespace {

constexpr size_t kMaxNearMisses = 8;
// Longer texts are nobody's misspelling; keeps the comparison's cost bounded.
constexpr size_t kMaxMisspelledBytes = 64;
// Groups of custom resources stand behind all built-in ones.
constexpr int kCustomGroupOrder = 1'000;

ResourceRow ToRow(const data::ApiResource& resource) {
  ResourceRow row;
  row.group = resource.group;
  row.group_order = resource.group_order;
  row.plural = resource.plural;
  row.singular = resource.singular;
  row.kind = resource.kind;
  row.namespaced = resource.namespaced;
  row.short_names.assign(resource.short_names.begin(), resource.short_names.end());
  row.versions.assign(resource.versions.begin(), resource.versions.end());
  row.verbs.assign(resource.verbs.begin(), resource.verbs.end());
  for (const data::ApiSubresource& subresource : resource.subresources) {
    row.subresources.push_back(subresource.name);
  }
  return row;
}

ResourceRow ToRow(const facts::CustomResource& resource) {
  ResourceRow row;
  row.custom = &resource;
  row.group = resource.group;
  row.group_order = kCustomGroupOrder;
  row.plural = resource.plural;
  row.singular = resource.singular;
  row.kind = resource.kind;
  row.namespaced = resource.namespaced;
  row.short_names = resource.short_names;
  row.versions = resource.versions;
  row.subresources = resource.subresources;
  return row;
}

bool Contains(const std::vector<std::string_view>& texts, std::string_view text) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string_view each) { return EqualsIgnoreAsciiCase(each, text); });
}

bool HasShortName(const ResourceRow& row, std::string_view name) {
  return Contains(row.short_names, name);
}
bool HasPlural(const ResourceRow& row, std::string_view name) {
  return EqualsIgnoreAsciiCase(row.plural, name);
}
bool HasName(const ResourceRow& row, std::string_view name) {
  return HasPlural(row, name) || EqualsIgnoreAsciiCase(row.singular, name) ||
         EqualsIgnoreAsciiCase(row.kind, name);
}

// Letters to add, drop or change to make one text the other (Levenshtein), up to `limit` + 1.
size_t Distance(std::string_view a, std::string_view b, size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) {
    return limit + 1;
  }
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string ResourceRow::FullName() const {
  return group.empty() ? std::string(plural) : Concat({plural, ".", group});
}

ResourceNames::ResourceNames(std::span<const facts::CustomResource* const> custom,
                             std::span<const facts::RbacRole* const> roles)
    : roles_(roles.begin(), roles.end()) {
  const std::span<const data::ApiResource> built_in = data::ApiResources();
  rows_.reserve(built_in.size() + custom.size());
  for (const data::ApiResource& resource : built_in) {
    rows_.push_back(ToRow(resource));
  }
  for (const facts::CustomResource* resource : custom) {
    rows_.push_back(ToRow(*resource));
  }
  const auto key = [](const ResourceRow& row) {
    return std::tie(row.group_order, row.group, row.plural);
  };
  std::stable_sort(rows_.begin(), rows_.end(),
                   [&](const ResourceRow& a, const ResourceRow& b) { return key(a) < key(b); });
  // Of one name the last stands.
  const auto first =
      std::unique(rows_.rbegin(), rows_.rend(),
                  [&](const ResourceRow& a, const ResourceRow& b) { return key(a) == key(b); });
  rows_.erase(rows_.begin(), first.base());
}

ResourceNames::Match ResourceNames::FindIn(std::string_view name, std::string_view group,
                                           bool any_group, std::string_view version) const {
  for (bool (*fits)(const ResourceRow&, std::string_view) : {HasPlural, HasShortName, HasName}) {
    Match match;
    for (const ResourceRow& row : rows_) {
      if ((!any_group && !EqualsIgnoreAsciiCase(row.group, group)) ||
          (!version.empty() && !Contains(row.versions, version)) || !fits(row, name)) {
        continue;
      }
      if (match.resource == nullptr) {
        match.resource = &row;
      } else {
        match.others.push_back(&row);
      }
    }
    if (match.resource != nullptr) {
      return match;
    }
  }
  return {};
}

ResourceNames::Match ResourceNames::Find(std::string_view text) const {
  const size_t dot = text.find('.');
  const std::string_view name = text.substr(0, dot);
  if (name.empty()) {
    return {};
  }
  if (dot == std::string_view::npos) {
    return FindIn(name, {}, /*any_group=*/true, {});
  }
  const std::string_view rest = text.substr(dot + 1);
  if (rest.find_first_not_of('.') == std::string_view::npos) {
    return FindIn(name, {}, /*any_group=*/false, {});  // "pods." is the core group's
  }
  if (Match match = FindIn(name, rest, /*any_group=*/false, {}); match.resource != nullptr) {
    return match;
  }
  const size_t version_end = rest.find('.');
  if (version_end == std::string_view::npos) {
    return {};
  }
  return FindIn(name, rest.substr(version_end + 1), /*any_group=*/false,
                rest.substr(0, version_end));
}

std::vector<std::string> ResourceNames::NearMisses(std::string_view text) const {
  const size_t dot = text.find('.');
  const std::string name = AsciiLower(text.substr(0, dot));
  const std::string group =
      dot == std::string_view::npos ? std::string() : AsciiLower(text.substr(dot + 1));
  std::vector<std::string> found, misspelled;
  for (const ResourceRow& row : rows_) {
    if (HasName(row, name) || HasShortName(row, name)) {
      found.push_back(row.FullName());
      continue;
    }
    const size_t limit = name.size() < 4 ? 0 : name.size() < 8 ? 1 : 2;
    if (limit > 0 && name.size() <= kMaxMisspelledBytes &&
        std::min(Distance(name, AsciiLower(row.plural), limit),
                 Distance(name, AsciiLower(row.singular), limit)) <= limit) {
      misspelled.push_back(row.FullName());
    }
  }
  for (const facts::RbacRole* role : roles_) {
    for (const facts::PolicyRule& rule : role->rules) {
      if (!Contains(rule.resources, name)) {
        continue;
      }
      for (const std::string_view rule_group : rule.api_groups) {
        if (!rule_group.empty() && rule_group != "*" && AsciiLower(rule_group) != group) {
          found.push_back(Concat({name, ".", rule_group}));
        }
      }
    }
  }
  std::vector<std::string>& misses = found.empty() ? misspelled : found;
  std::sort(misses.begin(), misses.end());
  misses.erase(std::unique(misses.begin(), misses.end()), misses.end());
  if (misses.size() > kMaxNearMisses) {
    misses.resize(kMaxNearMisses);
  }
  return misses;
}

bool ResourceNames::IsCategory(std::string_view text) const {
  for (const data::ApiResource& resource : data::ApiResources()) {
    for (const std::string_view category : resource.categories) {
      if (EqualsIgnoreAsciiCase(category, text)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace whomay::query
