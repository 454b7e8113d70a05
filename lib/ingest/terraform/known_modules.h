// Known modules: what locals and dynamic blocks of widely used modules are made of, as references
// that mean the same, since no plan holds locals.
//
// A row without references is a local that is no value (a flag).
// Source of the rows: the modules' own code, versions in the table. Thread safety: constant data.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_KNOWN_MODULES_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_KNOWN_MODULES_H_

#include <optional>
#include <span>
#include <string_view>

namespace whomay::ingest::terraform {

// What `local.NAME` of a module with this source stands for; nothing when the module or the local
// is not known.
std::optional<std::span<const std::string_view>> KnownLocal(std::string_view module_source,
                                                            std::string_view local);
// The references behind a block `path` ("statement") of a resource `address` (without module) that
// a `dynamic` block makes.
std::optional<std::span<const std::string_view>> KnownDynamic(std::string_view module_source,
                                                              std::string_view address,
                                                              std::string_view path,
                                                              std::string_view sid);
// A local whose name says that it is no name or ARN of anything: a flag (`create_role`,
// `enable_irsa`), or where one works (`account_id`, `region`).
bool LooksLikeFlag(std::string_view local);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_KNOWN_MODULES_H_
