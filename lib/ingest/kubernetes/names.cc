#include "ingest/kubernetes/names.h"

#include "base/strings.h"

namespace whomay::ingest {
namespace {

constexpr size_t kMaxLabelBytes = 63;
constexpr size_t kMaxSubdomainBytes = 253;

constexpr std::string_view kSubdomainError =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kLabelError =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must "
    "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kQualifiedNameError =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation "
    "is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValueError =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

std::string TooLong(size_t limit) {
  return Concat({"must be no more than ", std::to_string(limit), " characters"});
}

bool IsLowerAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsAlnum(char c) { return IsLowerAlnum(AsciiLower(c)); }

// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool IsLabel(std::string_view text) {
  if (text.empty() || !IsLowerAlnum(text.front()) || !IsLowerAlnum(text.back())) {
    return false;
  }
  for (const char c : text) {
    if (!IsLowerAlnum(c) && c != '-') {
      return false;
    }
  }
  return true;
}

bool IsSubdomain(std::string_view text) {
  for (const std::string_view label : Split(text, '.')) {
    if (!IsLabel(label)) {
      return false;
    }
  }
  return true;
}

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool IsName(std::string_view text) {
  if (text.empty() || !IsAlnum(text.front()) || !IsAlnum(text.back())) {
    return false;
  }
  for (const char c : text) {
    if (!IsAlnum(c) && c != '-' && c != '_' && c != '.') {
      return false;
    }
  }
  return true;
}

}  // namespace

Complaints PathSegmentName(std::string_view name) {
  if (name == "." || name == "..") {
    return {Concat({"may not be '", name, "'"})};
  }
  Complaints complaints;
  for (const std::string_view part : {"/", "%"}) {
    if (name.find(part) != std::string_view::npos) {
      complaints.push_back(Concat({"may not contain '", part, "'"}));
    }
  }
  return complaints;
}

Complaints Dns1123Label(std::string_view name) {
  Complaints complaints;
  if (name.size() > kMaxLabelBytes) {
    complaints.push_back(TooLong(kMaxLabelBytes));
  }
  if (!IsLabel(name)) {
    complaints.emplace_back(IsSubdomain(name) ? "must not contain dots" : kLabelError);
  }
  return complaints;
}

Complaints Dns1123Subdomain(std::string_view name) {
  Complaints complaints;
  if (name.size() > kMaxSubdomainBytes) {
    complaints.push_back(TooLong(kMaxSubdomainBytes));
  }
  if (!IsSubdomain(name)) {
    complaints.emplace_back(kSubdomainError);
  }
  return complaints;
}

Complaints QualifiedName(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, '/');
  if (parts.size() > 2) {
    return {Concat({"a qualified name ", kQualifiedNameError,
                    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"})};
  }
  Complaints complaints;
  if (parts.size() == 2) {
    if (parts[0].empty()) {
      complaints.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& complaint : Dns1123Subdomain(parts[0])) {
        complaints.push_back(Concat({"prefix part ", complaint}));
      }
    }
  }
  const std::string_view name = parts.back();
  if (name.empty()) {
    complaints.emplace_back("name part must be non-empty");
  } else if (name.size() > kMaxLabelBytes) {
    complaints.push_back(Concat({"name part ", TooLong(kMaxLabelBytes)}));
  }
  if (!IsName(name)) {
    complaints.push_back(Concat({"name part ", kQualifiedNameError}));
  }
  return complaints;
}

Complaints LabelValue(std::string_view value) {
  Complaints complaints;
  if (value.size() > kMaxLabelBytes) {
    complaints.push_back(TooLong(kMaxLabelBytes));
  }
  if (!value.empty() && !IsName(value)) {
    complaints.emplace_back(kLabelValueError);
  }
  return complaints;
}

}  // namespace whomay::ingest
