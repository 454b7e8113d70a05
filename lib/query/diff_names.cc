#include "query/diff_names.h"

#include <algorithm>

#include "base/strings.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

// Address -> ARN of everything in this world that has both.
absl::flat_hash_map<std::string, std::string_view> ArnsByAddress(const World& world) {
  absl::flat_hash_map<std::string, std::string_view> arns;
  const auto add = [&](const auto& records, std::string_view kind, auto arn_of) {
    for (const auto& record : records) {
      if (world.graph().InWorld(record) && !record.origin.address.empty() &&
          !arn_of(record).empty()) {
        arns.try_emplace(Concat({kind, "|", record.origin.address}), arn_of(record));
      }
    }
  };
  const auto arn = [](const auto& record) { return record.arn; };
  const facts::Facts& facts = world.facts();
  add(facts.principals, "principal", arn);
  add(facts.managed_policies, "policy", arn);
  add(facts.resources, "resource", arn);
  add(facts.clusters, "cluster", arn);
  add(facts.oidc_providers, "oidc", arn);
  add(facts.resource_policies, "resource-policy",
      [](const facts::ResourcePolicy& record) { return record.resource; });
  return arns;
}

bool Below(std::string_view text, std::string_view arn) {
  return text.starts_with(arn) &&
         (text.size() == arn.size() || text[arn.size()] == '/' || text[arn.size()] == ':');
}

}  // namespace

DiffNames::DiffNames(const World& before, const World& after, bool same_facts)
    : worlds_{&before, &after}, shared_(same_facts || &before.facts() == &after.facts()) {
  const std::vector<graph::Cluster>& was = before.graph().clusters;
  const std::vector<graph::Cluster>& is = after.graph().clusters;
  one_cluster_ = was.size() == 1 && is.size() == 1 &&
                 (was.front().record == kNone) != (is.front().record == kNone);
  if (!shared_) {
    Pair();
    IndexHoles(kDiffBefore);
    IndexHoles(kDiffAfter);
  }
}

void DiffNames::Pair() {
  const auto before = ArnsByAddress(*worlds_[kDiffBefore]);
  for (const auto& [key, after_arn] : ArnsByAddress(*worlds_[kDiffAfter])) {
    const auto found = before.find(key);
    if (found != before.end() && facts::HasHole(found->second) != facts::HasHole(after_arn)) {
      pairs_[kDiffBefore].emplace_back(found->second, after_arn);
      pairs_[kDiffAfter].emplace_back(after_arn, found->second);
    }
  }
  for (Pairs& pairs : pairs_) {  // the longest first: the most that is known
    std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
      return std::pair(b.first.size(), a.first) < std::pair(a.first.size(), b.first);
    });
  }
}

void DiffNames::IndexHoles(DiffWorld side) {
  const facts::HoleTable& holes = worlds_[side]->holes();
  for (uint32_t i = 0; i < holes.size(); ++i) {
    const auto id = static_cast<facts::HoleId>(i);
    if (!holes[id].what.empty()) {
      holes_[side].try_emplace(holes[id].what, id);
    }
  }
}

std::string DiffNames::Translate(DiffWorld from, std::string_view text) const {
  if (shared_) {
    return std::string(text);
  }
  std::string to;
  for (const auto& [mine, other] : pairs_[from]) {
    if (Below(text, mine)) {
      to = other;
      text.remove_prefix(mine.size());
      break;
    }
  }
  for (const facts::Piece& piece : facts::Pieces(text)) {
    if (piece.hole == facts::HoleId::kNone) {
      to += piece.literal;
      continue;
    }
    const std::string_view what = worlds_[from]->holes()[piece.hole].what;
    const auto found = holes_[Other(from)].find(what);
    to += found != holes_[Other(from)].end() ? facts::HoleText(found->second)
                                             : Concat({"<", what, ">"});
  }
  return to;
}

std::string DiffNames::Canonical(DiffWorld side, std::string_view text) const {
  if (shared_ || !facts::HasHole(text)) {
    return std::string(text);
  }
  std::string translated = Translate(side, text);
  if (!facts::HasHole(translated)) {
    return translated;
  }
  std::string to;
  for (const facts::Piece& piece : facts::Pieces(text)) {
    to += piece.hole == facts::HoleId::kNone
              ? std::string(piece.literal)
              : Concat({"<", worlds_[side]->holes()[piece.hole].what, ">"});
  }
  return to;
}

std::string DiffNames::NodeKey(DiffWorld side, const Node& node) const {
  switch (node.kind) {
    case NodeKind::kKubernetesUser:
      return Concat({"user|", ClusterKey(side, node.cluster), "|",
                     Canonical(side, node.local_name.empty() ? node.name : node.local_name)});
    case NodeKind::kKubernetesGroup:
    case NodeKind::kServiceAccount:
    case NodeKind::kWorkload:
      return Concat({"k8s|", ClusterKey(side, node.cluster), "|", Canonical(side, node.name)});
    case NodeKind::kAwsAccount:
    case NodeKind::kAwsService:
    case NodeKind::kEveryone:
      return Concat({"aws|", Canonical(side, node.name)});
    case NodeKind::kFederated:
      return Concat(
          {"federated|", Canonical(side, node.arn), "#", Canonical(side, node.local_name)});
    default:
      return Concat({"aws|", Canonical(side, node.arn.empty() ? node.name : node.arn)});
  }
}

std::string DiffNames::ClusterKey(DiffWorld side, uint32_t cluster) const {
  if (cluster == kNone) {
    return {};
  }
  return one_cluster_ ? std::string("*")
                      : Canonical(side, worlds_[side]->graph().clusters[cluster].name);
}

uint32_t DiffNames::FindCluster(DiffWorld side, std::string_view key) const {
  for (uint32_t i = 0; i < worlds_[side]->graph().clusters.size(); ++i) {
    if (ClusterKey(side, i) == key) {
      return i;
    }
  }
  return kNone;
}

}  // namespace whomay::query
