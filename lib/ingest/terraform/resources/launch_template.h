// Launch templates and instance profiles, as what starts instances names them.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_LAUNCH_TEMPLATE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_LAUNCH_TEMPLATE_H_

#include "ingest/terraform/reading.h"

namespace whomay::ingest::terraform {

// The launch template that a block names, by reference, id or name; kNone where it is not read.
InstanceId FindTemplate(Reading& r, const Field& block);

// The role behind an instance profile. Where this document does not hold the profile, its name.
struct ProfileRole {
  facts::IamRef role;
  Str profile;
};
// By the profile's name or ARN (`attribute`).
ProfileRole RoleOfProfile(Reading& r, const Field& field, std::string_view attribute);
// By the block of a launch template.
ProfileRole RoleOfTemplate(Reading& r, const Field& launch_template);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_LAUNCH_TEMPLATE_H_
