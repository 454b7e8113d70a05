// Documents: what kind of Terraform output a file is, and where its parts stand.
//
// A text is judged twice: as bytes (SniffText: what is no JSON at all, and what to run instead),
// and once parsed (Recognize: plan, state, raw state, plans wrapped in other JSON). Semantics: spec
// terraform 1.1 to 1.3. Thread safety: pure functions.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_DOCUMENT_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_DOCUMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace whomay::ingest::terraform {

// What the bytes of a file are, before parsing.
enum class TextKind : uint8_t {
  kUnknown,      // nothing of Terraform's
  kJson,         // JSON that may be Terraform's: words of its first bytes say so
  kBinaryPlan,   // a saved plan (zip)
  kBookmark,     // HCP Terraform's remote plan bookmark
  kHumanOutput,  // what `terraform plan` prints for people
  kUiStream,     // lines of `terraform plan -json`
  kWrapped,      // JSON between lines of setup-terraform's wrapper
};
TextKind SniffText(std::string_view bytes);
// The sentence that tells the user what to run instead; empty for kinds that can be read.
std::string_view WhatToRunInstead(TextKind kind);
// The JSON between wrapper lines (kWrapped); the text itself otherwise.
std::string_view WithoutWrapperLines(std::string_view bytes);

enum class DocumentKind : uint8_t {
  kNone,
  kPlan,
  kState,     // `terraform show -json` of a state
  kRawState,  // terraform.tfstate, version 4
};

struct Document {
  DocumentKind kind = DocumentKind::kNone;
  syntax::Value root;
  std::string version;   // format_version; "4" of a raw state; empty when dropped by other tools
  bool wrapped = false;  // stands inside other JSON
  std::string why_not;   // kNone: the sentence that says what this is, and what to run instead
};

// The documents of a parsed file: the value itself, or plans some levels down in it.
std::vector<Document> Recognize(const syntax::Value& root);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_DOCUMENT_H_
