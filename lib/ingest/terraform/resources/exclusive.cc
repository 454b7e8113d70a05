#include "ingest/terraform/resources/exclusive.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

using facts::IamKind;

// Indexed by IamKind.
constexpr std::string_view kPrincipals[] = {"user", "role", "group"};

std::string TypeOf(IamKind principal, PolicyKind policy) {
  return Concat({"aws_iam_", kPrincipals[static_cast<size_t>(principal)],
                 policy == PolicyKind::kInline ? "_policies" : "_policy_attachments",
                 "_exclusive"});
}

std::string KeyOf(const facts::IamRef& principal) {
  return principal.arn.empty() ? Concat({principal.account, "/", principal.name})
                               : std::string(principal.arn);
}

// The resources of this type that speak of a principal.
const std::vector<InstanceId>& Speaking(Reading& r, const std::string& type,
                                        const facts::IamRef& principal) {
  static const std::vector<InstanceId> none;
  const auto [at, is_new] = r.groups.try_emplace(type);
  auto& by_principal = at->second;  // references into a map stay
  if (is_new) {
    const std::string name = Concat({kPrincipals[static_cast<size_t>(principal.kind)], "_name"});
    for (const InstanceId id : r.instances.OfType(type, false)) {
      by_principal[KeyOf(r.Ref(r.Root(id).Get(name), principal.kind))].push_back(id);
    }
  }
  const auto found = by_principal.find(KeyOf(principal));
  return found == by_principal.end() ? none : found->second;
}

}  // namespace

AfterApply Exclusively(Reading& r, const facts::IamRef& principal, PolicyKind kind, Str policy,
                       bool written) {
  const bool is_inline = kind == PolicyKind::kInline;
  const std::string type = TypeOf(principal.kind, kind);
  for (const InstanceId id : Speaking(r, type, principal)) {
    const Instance& instance = r.instances[id];
    // One that the plan leaves as it is found nothing to take away.
    if ((instance.worlds & facts::kAfter) == 0 || !instance.from_change) {
      continue;
    }
    bool open = facts::HasHole(policy);
    const Field list = r.Root(id).Get(is_inline ? "policy_names" : "policy_arns");
    const std::vector<Str> kept = r.Texts(list, is_inline ? Want::kText : Want::kPolicyArn, &open);
    const bool named = std::find(kept.begin(), kept.end(), policy) != kept.end();
    open =
        open || std::any_of(kept.begin(), kept.end(), [](Str one) { return facts::HasHole(one); });
    if (!named && !open) {
      return written ? AfterApply::kUndecided : AfterApply::kRemoved;
    }
  }
  return AfterApply::kStays;
}

}  // namespace whomay::ingest::terraform
