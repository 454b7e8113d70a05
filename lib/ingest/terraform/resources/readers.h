// Readers of resource types: each turns one instance into facts. One file a family; a new type is a
// row in its family's table.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_READERS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_READERS_H_

#include <span>
#include <string_view>

#include "ingest/terraform/reading.h"

namespace whomay::ingest::terraform {

using Reader = void (*)(Reading& reading, InstanceId id);

struct TypeReader {
  std::string_view type;
  Reader managed = nullptr;
  Reader data = nullptr;
};

std::span<const TypeReader> IamReaders();
std::span<const TypeReader> EksReaders();
std::span<const TypeReader> CarrierReaders();  // beside those that read the same types otherwise
std::span<const TypeReader> KubernetesReaders();
std::span<const TypeReader> ResourcePolicyReaders();
std::span<const TypeReader> OrganizationReaders();
std::span<const TypeReader> HelmReaders();
std::span<const TypeReader> IdentityCenterReaders();
std::span<const TypeReader> OutsideReaders();

// Tags of a resource: `tags_all`, or `tags`.
void ReadTags(Reading& reading, const Field& root, std::vector<facts::Tag>& tags, bool& open);

// A policy of one statement, which a resource says in attributes of its own or AWS writes itself.
facts::PolicyId OneStatement(Reading& reading, InstanceId id, facts::Statement statement);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_READERS_H_
