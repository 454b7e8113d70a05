#include "ingest/terraform/resources/launch_template.h"

#include "base/strings.h"

namespace whomay::ingest::terraform {

InstanceId FindTemplate(Reading& r, const Field& block) {
  for (const std::string_view attribute : {"id", "name"}) {
    const Field field = block.Get(attribute);
    if (field.set() && !field.view.text().empty()) {
      for (const bool data : {false, true}) {
        for (const InstanceId id :
             r.Having("aws_launch_template", data, attribute, field.view.text())) {
          if ((r.instances[id].worlds & r.instances[block.id].worlds) != 0) {
            return id;
          }
        }
      }
    } else if (field.unknown()) {
      const Resolution resolution = r.Resolve(field, Want::kLaunchTemplate);
      if (resolution.targets.size() == 1) {
        return resolution.targets[0].instance;
      }
    }
  }
  return InstanceId::kNone;
}

ProfileRole RoleOfProfile(Reading& r, const Field& field, std::string_view attribute) {
  ProfileRole found;
  InstanceId profile = InstanceId::kNone;
  const std::string_view text = field.view.text();
  if (!text.empty()) {
    for (const bool data : {false, true}) {
      for (const InstanceId id : r.Having("aws_iam_instance_profile", data, attribute, text)) {
        const bool together = (r.instances[id].worlds & r.instances[field.id].worlds) != 0;
        profile = together && profile == InstanceId::kNone ? id : profile;
      }
    }
    if (profile == InstanceId::kNone) {
      found.profile = r.facts.Keep(text.substr(text.rfind('/') + 1));
    }
  } else if (field.unknown()) {
    const Resolution resolution = r.Resolve(field, Want::kInstanceProfile);
    profile = resolution.targets.size() == 1 ? resolution.targets[0].instance : profile;
  }
  if (profile != InstanceId::kNone) {
    const std::string_view role = r.instances[profile].data ? "role_name" : "role";
    found.role = r.Ref(r.Root(profile).Get(role), facts::IamKind::kRole);
  }
  return found;
}

ProfileRole RoleOfTemplate(Reading& r, const Field& launch_template) {
  const Field block = launch_template.Get("iam_instance_profile").First();
  for (const std::string_view attribute : {"arn", "name"}) {
    ProfileRole found = RoleOfProfile(r, block.Get(attribute), attribute);
    if (!found.role.arn.empty() || !found.role.name.empty() || !found.profile.empty()) {
      return found;
    }
  }
  return {};
}

}  // namespace whomay::ingest::terraform
