#include "report/path.h"

#include <array>
#include <optional>
#include <utility>

#include "report/text.h"

namespace whomay::report {
namespace {

constexpr std::string_view kArrow = " → ";

struct Arn {
  std::string_view service, account, resource;
};

std::optional<Arn> ParseArn(std::string_view text) {
  std::array<std::string_view, 5> fields;
  for (std::string_view& field : fields) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    field = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (fields[0] != "arn") {
    return std::nullopt;
  }
  return Arn{fields[2], fields[4], text};
}

constexpr std::string_view kUser = "user:";
constexpr std::string_view kBuiltin = " (built in)";  // ends the address of Kubernetes' own objects

bool HasPrefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

}  // namespace

std::string_view AccountOf(std::string_view principal) {
  principal.remove_prefix(HasPrefix(principal, kUser) ? kUser.size() : 0);
  const std::optional<Arn> arn = ParseArn(principal);
  return arn ? arn->account : std::string_view();
}

namespace {

// The first step's account: the reader knows it from the row.
std::string_view HomeOf(const Path& path) {
  for (const Step& step : path.steps) {
    for (const std::string_view end : {std::string_view(step.from), std::string_view(step.to)}) {
      if (const std::string_view account = AccountOf(end); !account.empty()) {
        return account;
      }
    }
  }
  return {};
}

bool IsGrant(std::string_view edge) {
  constexpr std::array<std::string_view, 5> kGrants = {"rbac", "access-policy", "identity-policy",
                                                       "resource-policy", "trust-policy"};
  for (const std::string_view grant : kGrants) {
    if (edge == grant) {
      return true;
    }
  }
  return false;
}

void AppendWord(std::string& line, std::string_view word) {
  if (!word.empty()) {
    line += line.empty() ? "" : " ";
    line += word;
  }
}

std::string ShortArn(std::string_view text, std::string_view home) {
  const std::optional<Arn> arn = ParseArn(text);
  const size_t slash = arn ? arn->resource.find('/') : std::string_view::npos;
  if (!arn || (arn->service != "iam" && arn->service != "sts") ||
      (slash == std::string_view::npos && arn->resource != "root")) {
    return Printable(text);
  }
  std::string out;
  const std::string_view type = arn->resource.substr(0, slash);
  if (arn->resource == "root") {
    out = "root user";
  } else if (type == "assumed-role") {
    out = "session " + Printable(arn->resource.substr(slash + 1));
  } else {  // the path is no part of an IAM name
    out = Printable(type) + ' ' + Printable(arn->resource.substr(arn->resource.rfind('/') + 1));
  }
  if (arn->account != home && !arn->account.empty()) {
    out += " (" + Printable(arn->account) + ')';
  }
  return out;
}

std::string FileText(const Origin& origin) {
  const Place place = PlaceOf(origin);
  std::string out = Printable(place.file);
  if (!out.empty() && place.line > 0) {
    out += ':' + std::to_string(place.line);
  }
  return out;
}

// Empty where the line alone tells the place.
std::string AddressText(const Origin& origin) {
  if (EndsWith(origin.address, kBuiltin)) {  // the rest is the grant's own name
    return std::string(kBuiltin.substr(1));
  }
  const bool object = origin.address.find(' ') != std::string::npos;  // "RoleBinding shop/support"
  const bool line_tells = !origin.file.empty() && (origin.line > 1 || object);
  return line_tells ? "" : Printable(origin.address);
}

// "rbac RoleBinding shop/support": the grant is named by what it is, another step by its edge
// alone.
std::string HowText(const Step& step) {
  std::string how = Printable(step.edge);
  if (IsGrant(step.edge)) {
    AppendWord(how, Printable(step.to.empty() ? step.origin.address : step.to));
  }
  return how;
}

// What a step's place adds to the text in front of it and to the place of the step before.
std::string NewsOfPlace(const Step& step, const Origin* before) {
  const bool grant = IsGrant(step.edge);
  const std::string address = AddressText(step.origin);
  std::string place;
  if ((before == nullptr || address != AddressText(*before)) && !(grant && step.to.empty())) {
    place = address;
  }
  if (before == nullptr || FileText(step.origin) != FileText(*before)) {
    AppendWord(place, FileText(step.origin));
  }
  return place;
}

}  // namespace

std::string ShortPrincipal(std::string_view principal, std::string_view home) {
  constexpr std::string_view kFederated = "federated:";
  constexpr std::string_view kProvider = ":oidc-provider/";
  if (HasPrefix(principal, kUser)) {  // a Kubernetes user, often named by the ARN of who logs in
    return std::string(kUser) + ShortArn(principal.substr(kUser.size()), home);
  }
  if (HasPrefix(principal, kFederated)) {
    principal.remove_prefix(kFederated.size());
    const size_t provider = principal.find(kProvider);
    principal.remove_prefix(provider == std::string_view::npos ? 0 : provider + kProvider.size());
    return "federated " + Printable(principal);
  }
  return ShortArn(principal, home);
}

Place PlaceOf(const Origin& origin) {
  return origin.source_file.empty() ? Place{origin.file, origin.line, origin.column}
                                    : Place{origin.source_file, origin.source_line, 1};
}

std::string PlaceText(const Origin& origin) {
  std::string out = AddressText(origin);
  AppendWord(out, FileText(origin));
  return out;
}

std::string PathLine(const Path& path, bool color) {
  const std::string_view home = HomeOf(path);
  std::string line;
  const Step* before = nullptr;
  for (const Step& step : path.steps) {
    if (before == nullptr || step.from != before->to) {
      line += before == nullptr ? "" : kArrow;
      line += ShortPrincipal(step.from, home);
    }
    line += kArrow;
    line += HowText(step);
    const std::string place = NewsOfPlace(step, before == nullptr ? nullptr : &before->origin);
    if (!place.empty()) {
      line += ' ' + Styled(place, Style::kDim, color);
    }
    if (step.condition) {
      line += " if " + Printable(step.condition->text);
    }
    if (!IsGrant(step.edge) && !step.to.empty()) {
      line += kArrow;
      line += ShortPrincipal(step.to, home);
    }
    before = &step;
  }
  return line;
}

}  // namespace whomay::report
