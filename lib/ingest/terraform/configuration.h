// Configuration: the part of a plan that says which expressions its values come from, indexed.
//
// A module stands here once for each call, whatever count or for_each make of it. What the plan
// leaves out (locals, dynamic blocks, functions, source positions) is not here either. Semantics:
// spec terraform 1.6. It is most of a plan and little of it is asked for, so its expressions and
// variables are left collapsed when the plan is parsed (terraform.cc) and parsed when asked for.
// Thread safety: none; memoises.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_CONFIGURATION_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_CONFIGURATION_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ingest/terraform/view.h"
#include "syntax/tree.h"

namespace whomay::ingest::terraform {

struct ConfigModule {
  std::string path;  // "module.eks.module.ng", "" for the root
  const ConfigModule* parent = nullptr;
  syntax::Value call;    // of the parent's module_calls; missing for the root; Arguments() below
  syntax::Value module;  // resources, outputs; Variables() below
  std::string_view source() const { return call.Get("source").text(); }
};

class Configuration {
 public:
  // `root` is a plan; a document without configuration gives an empty one.
  Configuration(const syntax::Value& root, const source::SourceSet& sources);

  bool empty() const { return modules_.empty(); }
  const ConfigModule* Module(std::string_view path) const;
  // The resource `aws_x.y` or `data.aws_x.y` of a module; missing when it is not there.
  syntax::Value Resource(std::string_view module_path, std::string_view address) const;
  // The same; its expressions may be collapsed.
  syntax::Value Outline(std::string_view module_path, std::string_view address) const;
  // What the call of a module is given, and the module's variables.
  syntax::Value Arguments(const ConfigModule& module) const {
    return Whole(module.call.Get("expressions"));
  }
  syntax::Value Variables(const ConfigModule& module) const {
    return Whole(module.module.Get("variables"));
  }
  syntax::Value Provider(std::string_view key) const;
  syntax::Value providers() const { return providers_; }
  // The value of a root variable; missing when it has none.
  syntax::Value Variable(std::string_view name) const;

 private:
  // The value itself, or what its span holds where it is collapsed.
  syntax::Value Whole(const syntax::Value& value) const;

  const source::SourceSet& sources_;
  mutable absl::flat_hash_map<uint32_t, syntax::Tree> parsed_;  // by where the value begins
  std::map<std::string, ConfigModule, std::less<>> modules_;
  absl::flat_hash_map<std::string, syntax::Value> resources_;  // "module.a\naws_x.y"
  syntax::Value providers_;
  absl::flat_hash_map<std::string_view, syntax::Value> provider_by_key_;  // keys in the document
  syntax::Value variables_;
};

// The expressions that a part of a resource may come from.
struct ExpressionSet {
  std::vector<syntax::Value> leaves;  // {"references": …} and {"constant_value": …}
  bool found = false;                 // a key stands in the configuration
  // The part lies in a block that stands in the values and not in the configuration: a `dynamic`
  // block, whose expressions no plan holds.
  bool dynamic = false;
};
ExpressionSet ExpressionsAt(const syntax::Value& expressions, const View& values, const Path& path);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_CONFIGURATION_H_
