#include "ingest/terraform/same_addresses.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/strings.h"
#include "ingest/terraform/records.h"

namespace whomay::ingest::terraform {
namespace {

using facts::Facts;

// What tells one real object from another under the same address; "" where a record has nothing of
// the kind. ARNs hold the account, save those of buckets, whose names are the world's.
template <typename T>
std::string IdentityOf(const T& record) {
  if constexpr (std::is_base_of_v<facts::KubernetesObject, T>) {
    return record.cluster.empty()
               ? std::string()
               : Concat({record.cluster, "/", record.namespace_name, "/", record.name});
  } else if constexpr (requires { record.arn; }) {
    return std::string(record.arn);
  } else {
    return {};
  }
}

// Are two identities one? Unknown where their holes leave it open.
Tri SameIdentity(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return Tri::kUnknown;
  }
  if (!facts::HasHole(a) && !facts::HasHole(b)) {
    return a == b ? Tri::kTrue : Tri::kFalse;
  }
  // What stands before the first hole, and behind the last.
  const auto head = [](std::string_view text) { return text.substr(0, text.find('\xFF')); };
  const auto tail = [](std::string_view text) {
    const size_t end = text.rfind('\xFE');
    return end == std::string_view::npos ? text : text.substr(end + 1);
  };
  const size_t heads = std::min(head(a).size(), head(b).size());
  const size_t tails = std::min(tail(a).size(), tail(b).size());
  const bool differ = a.substr(0, heads) != b.substr(0, heads) ||
                      a.substr(a.size() - tails) != b.substr(b.size() - tails);
  return differ ? Tri::kFalse : Tri::kUnknown;
}

// By address, of managed resources: what the first record that has one is.
using Identities = std::map<std::string_view, std::string>;

struct Comparison {
  size_t shared = 0, same = 0, different = 0;
  std::string_view first;
};
Comparison Compare(const Identities& now, const Identities& before) {
  Comparison all;
  for (const auto& [address, identity] : now) {
    const auto other = before.find(address);
    if (other == before.end()) {
      continue;
    }
    all.first = all.shared++ == 0 ? address : all.first;
    const Tri same = SameIdentity(identity, other->second);
    all.same += same == Tri::kTrue ? 1 : 0;
    all.different += same == Tri::kFalse ? 1 : 0;
  }
  return all;
}

// The lineage of a file that is one raw state.
std::string_view LineageOf(const Facts& facts, source::FileId file) {
  for (const facts::Input& input : facts.inputs) {
    if (input.file == file && !input.lineage.empty()) {
      return input.lineage;
    }
  }
  return {};
}

bool AreOneSystem(const Comparison& compared, size_t smaller, std::string_view lineage,
                  std::string_view other_lineage) {
  const bool lineages = !lineage.empty() && !other_lineage.empty();
  if (compared.shared == 0 || (lineages && lineage == other_lineage)) {
    return compared.shared > 0;
  }
  if (2 * compared.shared < smaller || compared.different > compared.same) {
    return false;
  }
  return compared.same > 0 || !lineages;
}

}  // namespace

void ReportSameAddresses(const FactsMark& since, source::FileId file,
                         const source::SourceSet& sources, const Facts& facts,
                         source::Diagnostics& diagnostics) {
  std::map<source::FileId, Identities> before;  // by the outermost file
  Identities now;
  source::Span place;
  if (facts.inputs.size() < 2) {
    return;
  }
  const auto add = [](Identities& to, const auto& record) {
    std::string& identity = to[record.origin.address];
    identity = identity.empty() ? IdentityOf(record) : identity;
  };
  size_t kind = 0;
  ForEachKind(facts, [&](const auto& records) {
    const size_t mark = since.sizes[kind++];
    for (size_t i = 0; i < records.size(); ++i) {
      const facts::Origin& origin = records[i].origin;
      if (origin.address.empty() || origin.address.find("data.") != std::string_view::npos) {
        continue;
      }
      if (i >= mark) {
        add(now, records[i]);
        place = place.known() ? place : origin.span;
      } else if (origin.span.known() && origin.span.file != file) {
        add(before[sources.Outermost(origin.span).file], records[i]);
      }
    }
  });
  for (const auto& [other, identities] : before) {
    if (other == file) {
      continue;
    }
    const Comparison compared = Compare(now, identities);
    if (!AreOneSystem(compared, std::min(now.size(), identities.size()), LineageOf(facts, file),
                      LineageOf(facts, other))) {
      continue;
    }
    diagnostics.AddLoss(
        "terraform.same-addresses", place,
        Concat({sources.name(file), " and ", sources.name(other), " hold the same resources (",
                compared.first, " and ", std::to_string(compared.shared - 1),
                " more): give one of them, or compare them with `whomay diff --before ",
                sources.name(other), " --after ", sources.name(file), "`"}));
  }
}

}  // namespace whomay::ingest::terraform
