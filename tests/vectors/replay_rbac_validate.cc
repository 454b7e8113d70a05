// rbac-validate: what the API server finds wrong with an RBAC object on creation.
#include "base/strings.h"
#include "ingest/kubernetes/rbac_objects.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

std::vector<std::string> Texts(const syntax::Value& list) {
  std::vector<std::string> texts;
  for (const syntax::Value element : list.elements()) {
    texts.emplace_back(element.text());
  }
  return texts;
}

void Compare(std::string_view what, const std::vector<std::string>& wanted,
             const std::vector<std::string>& got, Outcome& outcome) {
  if (wanted != got) {
    outcome.differences.push_back(
        Concat({what, ": wanted [", Join(wanted, " | "), "], got [", Join(got, " | "), "]"}));
  }
}

}  // namespace

Outcome ReplayRbacValidate(const syntax::Value& line, const Options&) {
  const ingest::RbacCheck check = ingest::CheckRbacObject(line.Get("object"));
  Outcome outcome;
  // Of the decoder's message only whether there is one is compared: it names Go's own types.
  const std::string_view decode_error = line.Get("decode_error").text();
  if (decode_error.empty() != check.decode_error.empty()) {
    outcome.differences.push_back(
        Concat({"decode_error: wanted '", decode_error, "', got '", check.decode_error, "'"}));
  }
  std::vector<std::string> errors, unknown_fields;
  for (const ingest::ValidationError& error : check.errors) {
    errors.push_back(error.text);
  }
  for (const ingest::UnknownField& field : check.unknown_fields) {
    unknown_fields.push_back(Concat({"unknown field \"", field.path, "\""}));
  }
  Compare("errors", Texts(line.Get("errors")), errors, outcome);
  Compare("strict_errors", Texts(line.Get("strict_errors")), unknown_fields, outcome);
  (outcome.differences.empty() ? outcome.passed : outcome.failed) = 1;
  return outcome;
}

}  // namespace whomay::replay
