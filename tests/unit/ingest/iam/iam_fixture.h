// What the tests of this folder share: sources, facts and diagnostics in one place.
#ifndef WHOMAY_TESTS_UNIT_INGEST_IAM_IAM_FIXTURE_H_
#define WHOMAY_TESTS_UNIT_INGEST_IAM_IAM_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "facts/facts.h"
#include "ingest/iam/policy_document.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"

namespace whomay::ingest {

class IamTest : public testing::Test {
 protected:
  source::Span AddFile(std::string name, std::string text) {
    const auto size = static_cast<uint32_t>(text.size());
    return {sources_.Add(std::move(name), std::move(text)), 0, size};
  }

  facts::PolicyDocument ReadPolicy(std::string text, PolicyUse use = PolicyUse::kAny) {
    return ReadPolicySpan(AddFile("policy.json", std::move(text)), {.use = use}, sources_, facts_,
                          diagnostics_);
  }

  // "policy.effect 3:7" for each diagnostic.
  std::vector<std::string> Codes(bool places = false) const {
    std::vector<std::string> codes;
    for (const source::Diagnostic& diagnostic : diagnostics_.all()) {
      std::string code = diagnostic.code;
      if (places) {
        const source::Location at = sources_.Locate(diagnostic.span);
        code += " " + std::to_string(at.line) + ":" + std::to_string(at.column);
      }
      codes.push_back(code);
    }
    return codes;
  }

  source::SourceSet sources_;
  facts::Facts facts_;
  source::Diagnostics diagnostics_;
};

}  // namespace whomay::ingest

#endif  // WHOMAY_TESTS_UNIT_INGEST_IAM_IAM_FIXTURE_H_
