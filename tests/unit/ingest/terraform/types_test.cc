// The page that lists the resource types (lib/ingest/terraform/README.md) against the readers.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

std::set<std::string> Read() {
  std::set<std::string> types = {// by the readers of other types
                                 "aws_iam_session_context",
                                 "aws_iam_user_policies_exclusive",
                                 "aws_iam_group_policies_exclusive",
                                 "aws_iam_role_policies_exclusive",
                                 "aws_ssoadmin_permission_set",
                                 "aws_ssoadmin_permission_set_inline_policy",
                                 "aws_ssoadmin_managed_policy_attachment",
                                 "aws_ssoadmin_customer_managed_policy_attachment",
                                 "aws_ssoadmin_managed_policy_attachments_exclusive",
                                 "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
                                 "aws_ssoadmin_permissions_boundary_attachment",
                                 "aws_ram_principal_association"};
  for (const auto& family : {IamReaders(), EksReaders(), KubernetesReaders(),
                             ResourcePolicyReaders(), OrganizationReaders(), HelmReaders(),
                             IdentityCenterReaders(), OutsideReaders(), CarrierReaders()}) {
    for (const TypeReader& reader : family) {
      types.emplace(reader.type);
    }
  }
  return types;
}

// The types in the first columns of the page's tables, those behind "## Not read" apart.
void ReadPage(std::set<std::string>& read, std::set<std::string>& not_read) {
  std::ifstream page(std::string(WHOMAY_SOURCE_DIR) + "/lib/ingest/terraform/README.md");
  std::set<std::string>* to = &read;
  for (std::string line; std::getline(page, line);) {
    if (line == "## Not read") {
      to = &not_read;
    }
    const std::string cell = line.substr(0, line.find(" | "));
    for (size_t at = 0; line.rfind("| `", 0) == 0 && at != std::string::npos;) {
      const size_t open = cell.find('`', at);
      const size_t close = open == std::string::npos ? open : cell.find('`', open + 1);
      if (close == std::string::npos) {
        break;
      }
      EXPECT_TRUE(to->insert(cell.substr(open + 1, close - open - 1)).second)
          << "twice: " << cell.substr(open + 1, close - open - 1);
      at = close + 1;
    }
  }
}

TEST(Types, ThePageListsWhatIsRead) {
  std::set<std::string> read, not_read;
  ReadPage(read, not_read);
  EXPECT_EQ(read, Read());
  EXPECT_FALSE(not_read.empty());
  for (const std::string& type : not_read) {
    EXPECT_EQ(Read().count(type), 0u) << type;
  }
}

}  // namespace
}  // namespace whomay::ingest::terraform
