// RuleCompiler: policy rules to CompiledRules, each content once. Internal to lib/rbac.
#ifndef WHOMAY_LIB_RBAC_RULE_COMPILER_H_
#define WHOMAY_LIB_RBAC_RULE_COMPILER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "facts/kubernetes.h"
#include "rbac/compiled.h"

namespace whomay::rbac {

class RuleCompiler {
 public:
  explicit RuleCompiler(Compiled& compiled);
  ~RuleCompiler();

  // The rule's number in Compiled::rules. Rules whose five lists are equal, order included, have
  // one number, as the aggregation controller takes them for equal.
  uint32_t Add(const facts::PolicyRule& rule);
  // After the last rule: what needs all names.
  void Finish();

 private:
  struct Tables;

  void Compile(const facts::PolicyRule& rule);
  Range AddIds(std::vector<uint32_t> ids);
  void CompileVerbs(const facts::PolicyRule& rule, CompiledRule& compiled);
  void CompileResources(const facts::PolicyRule& rule, CompiledRule& compiled,
                        std::vector<uint32_t>& targets);
  void CompileUrls(const facts::PolicyRule& rule, CompiledRule& compiled,
                   std::vector<uint32_t>& targets);
  uint32_t TargetOf(uint32_t group, uint32_t resource);
  void FillTargetTable();

  Compiled& c_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_RULE_COMPILER_H_
