// Terraform addresses and reference strings, cut by a real tokenizer: keys may hold dots, brackets,
// quotes and any Unicode (`module.m["a.b"].aws_iam_role.x["[0]"]`).
//
//   const auto address = ParseAddress("module.eks.aws_iam_role.this[\"a\"]");
//   address->module   // "module.eks"
//   address->unkeyed  // "module.eks.aws_iam_role.this"
//
// Semantics: terraform internal/addrs (AbsResourceInstance.String, HCL quoting of keys) and the
// reference strings of `terraform show -json` (spec terraform 1.7). All views point into the text
// that was parsed. Thread safety: pure functions.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_ADDRESS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_ADDRESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whomay::ingest::terraform {

// One piece of an address or reference: a name, or an index in brackets.
struct Part {
  enum class Kind : uint8_t {
    kName,     // text is the identifier
    kNumber,   // [0]: text is the digits
    kString,   // ["a"]: text is the key, unquoted
    kDynamic,  // [each.key], [*]: an index that is not constant
  };
  Kind kind = Kind::kName;
  std::string text;
  size_t begin = 0;  // its bytes, brackets included
  size_t end = 0;

  bool is_name() const { return kind == Kind::kName; }
  bool is_key() const { return kind == Kind::kNumber || kind == Kind::kString; }
};

// Nothing when the text is no address: an unclosed bracket, a dot at the end.
std::optional<std::vector<Part>> Tokenize(std::string_view text);

// Key of a resource or module instance, as a for_each text or a count number.
struct Key {
  enum class Kind : uint8_t { kNone, kNumber, kString };
  Kind kind = Kind::kNone;
  std::string text;

  bool operator==(const Key& other) const { return kind == other.kind && text == other.text; }
};
Key KeyOf(const Part& part);
// `["a"]` with HCL's escapes, `[0]`, or nothing.
std::string KeySuffix(const Key& key);

struct Address {
  std::string_view module;  // instance address of its module, "" in the root
  std::string module_path;  // the same without keys: "module.eks.module.node_group"
  bool data = false;
  std::string_view type;
  std::string_view name;
  Key key;
  std::string_view unkeyed;  // without the resource's own key
};

// Nothing for what is no resource instance's address.
std::optional<Address> ParseAddress(std::string_view text);

// The module instances that contain this one, outermost first: for `module.a["x"].module.b` that
// are `module.a["x"]` and the text itself.
std::vector<std::string_view> ModuleChain(std::string_view module);
// `module.eks.module.ng["x"]` without keys.
std::string ModulePath(std::string_view module);
// The innermost step of a module instance's address.
struct ModuleStep {
  std::string_view parent;  // instance address of the module around it
  std::string name;
  Key key;
};
std::optional<ModuleStep> LastModuleStep(std::string_view module);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_ADDRESS_H_
