#include "data/aws_managed_policies.h"

#include <array>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "data/packed_text.h"

namespace whomay::data {
namespace {

#include "data/aws_managed_policies.inc"

constexpr PackedTable kTable = {{kManagedPolicyKeys, sizeof kManagedPolicyKeys - 1},
                                {kManagedPolicyBlocks, sizeof kManagedPolicyBlocks - 1},
                                kManagedPolicyIndex,
                                std::size(kManagedPolicyIndex),
                                {kManagedPolicyDictionary, sizeof kManagedPolicyDictionary - 1},
                                kManagedPolicyPackedDictionary};

// A block is a sequence of two lines: name, path and version between tabs, and the document.
// Takes the next policy's lines off `block`.
bool NextPolicy(std::string_view& block, std::string_view& head, std::string_view& document) {
  const auto line = [&block] {
    const size_t end = block.find('\n');
    const std::string_view text = block.substr(0, end);
    block.remove_prefix(end == std::string_view::npos ? block.size() : end + 1);
    return text;
  };
  if (block.empty()) {
    return false;
  }
  head = line();
  document = line();
  return true;
}

ManagedPolicyText MakePolicy(std::string_view head, std::string_view document) {
  const std::vector<std::string_view> fields = Split(head, '\t');
  return {std::string(fields[0]), std::string(fields.size() > 1 ? fields[1] : ""),
          std::string(fields.size() > 2 ? fields[2] : ""), std::string(document)};
}

std::optional<ManagedPolicyText> FindByName(std::string_view name) {
  const size_t i = kTable.Find(name);
  if (i == kTable.size) {
    return std::nullopt;
  }
  const std::string block = kTable.Unpack(i, kTable.UnpackDictionary());
  std::string_view rest = block;
  std::string_view head;
  std::string_view document;
  while (NextPolicy(rest, head, document)) {
    if (head.substr(0, head.find('\t')) == name) {
      return MakePolicy(head, document);
    }
  }
  return std::nullopt;
}

constexpr std::string_view kArnMiddle = ":iam::aws:policy";

}  // namespace

bool IsAwsManagedPolicyArn(std::string_view arn) {
  if (arn.substr(0, 4) != "arn:") {
    return false;
  }
  const std::string_view rest = arn.substr(std::min(arn.find(':', 4), arn.size()));
  return rest.size() > kArnMiddle.size() && rest.substr(0, kArnMiddle.size()) == kArnMiddle &&
         rest[kArnMiddle.size()] == '/';
}

std::optional<ManagedPolicyText> FindManagedPolicy(std::string_view name_or_arn) {
  if (!IsAwsManagedPolicyArn(name_or_arn)) {
    return FindByName(name_or_arn);
  }
  const size_t colon = name_or_arn.find(':', 4);
  const std::string_view partition = name_or_arn.substr(4, colon - 4);
  const std::string_view path_and_name = name_or_arn.substr(colon + kArnMiddle.size());
  const std::string_view name = path_and_name.substr(path_and_name.rfind('/') + 1);
  if (partition != "aws" && name != "AdministratorAccess") {
    return std::nullopt;
  }
  std::optional<ManagedPolicyText> policy = FindByName(name);
  if (policy.has_value() && Concat({policy->path, policy->name}) != path_and_name) {
    return std::nullopt;
  }
  return policy;
}

std::vector<ManagedPolicyText> AllManagedPolicies() {
  std::vector<ManagedPolicyText> all;
  const std::string dictionary = kTable.UnpackDictionary();
  for (size_t i = 0; i < kTable.size; ++i) {
    const std::string block = kTable.Unpack(i, dictionary);
    std::string_view rest = block;
    std::string_view head;
    std::string_view document;
    while (NextPolicy(rest, head, document)) {
      all.push_back(MakePolicy(head, document));
    }
  }
  return all;
}

std::string_view ManagedPoliciesSource() { return kManagedPolicySource; }

}  // namespace whomay::data
