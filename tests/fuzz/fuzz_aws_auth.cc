// aws-auth from any bytes: three sections cut at NUL bytes, then a few callers.
//
// Beyond not crashing: a section alone gives what it gives beside others, and a caller that a
// mapping names is never certainly unmapped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "eks/aws_auth_mapper.h"
#include "eks/caller.h"
#include "facts/facts.h"
#include "ingest/eks/aws_auth.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace {

using whomay::Tri;

struct Read {
  whomay::source::SourceSet sources;
  whomay::facts::Facts facts;
  whomay::source::Diagnostics diagnostics;
  whomay::facts::AwsAuth aws_auth;

  Read(std::string_view roles, std::string_view users, std::string_view accounts) {
    whomay::ingest::AwsAuthSections sections;
    sections.roles = whomay::ingest::SectionOf(sources, roles, {});
    sections.users = whomay::ingest::SectionOf(sources, users, {});
    sections.accounts = whomay::ingest::SectionOf(sources, accounts, {});
    aws_auth = whomay::ingest::ReadAwsAuth(sections, {}, sources, facts, diagnostics);
    for (const whomay::source::Diagnostic& diagnostic : diagnostics.all()) {
      sources.Locate(diagnostic.span);
    }
  }
};

void Require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Bytes that only our own texts hold would pass for holes that nobody made.
  std::string text(reinterpret_cast<const char*>(data), size);
  if (text.find('\xFF') != std::string::npos) {
    return 0;
  }
  std::vector<std::string_view> parts = whomay::Split(text, '\0');
  parts.resize(3);
  const Read all(parts[0], parts[1], parts[2]);
  const Read roles(parts[0], {}, {});
  Require(all.aws_auth.roles.size() == roles.aws_auth.roles.size());
  const whomay::eks::AwsAuthMapper mapper(all.aws_auth, all.facts.holes);
  for (const auto* section : {&all.aws_auth.roles, &all.aws_auth.users}) {
    for (const whomay::facts::AwsAuthEntry& entry : *section) {
      const std::optional<whomay::eks::Caller> caller = whomay::eks::CallerFromArn(entry.arn);
      if (caller && caller->canonical == entry.arn) {
        Require(mapper.Find(*caller).mapped != Tri::kFalse);
      }
    }
  }
  for (const std::string_view arn :
       {"arn:aws:sts::123456789012:assumed-role/eks-admins/i-0123456789abcdef0",
        "arn:aws:iam::123456789012:user/team/dana", "arn:aws:iam::123456789012:root"}) {
    mapper.Find(*whomay::eks::CallerFromArn(arn));
  }
  return 0;
}
