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

std::string_view AccountOf(std::string_view principal) {
  const std::optional<Arn> arn = ParseArn(principal);
  return arn ? arn->account : std::string_view();
}

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

}  // namespace

std::string ShortPrincipal(std::string_view principal, std::string_view home) {
  const std::optional<Arn> arn = ParseArn(principal);
  if (!arn || (arn->service != "iam" && arn->service != "sts")) {
    return Printable(principal);
  }
  std::string out;
  const size_t slash = arn->resource.find('/');
  const std::string_view type = arn->resource.substr(0, slash);
  if (arn->resource == "root") {
    out = "root user";
  } else if (slash == std::string_view::npos) {
    return Printable(principal);
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

std::string PlaceText(const Origin& origin) {
  std::string out;
  const bool object = origin.address.find(' ') != std::string::npos;  // "RoleBinding shop/support"
  const bool line_tells = origin.line > 1 || object;
  if (!line_tells || origin.file.empty()) {
    AppendWord(out, Printable(origin.address));
  }
  if (!origin.file.empty()) {
    std::string place = Printable(origin.file);
    if (origin.line > 0) {
      place += ':' + std::to_string(origin.line);
    }
    AppendWord(out, place);
  }
  return out;
}

std::string PathLine(const Path& path, bool color) {
  const std::string_view home = HomeOf(path);
  std::string line;
  std::string at;
  std::string last_place;  // said once: membership often stands where the mapping does
  for (const Step& step : path.steps) {
    if (step.from != at || line.empty()) {
      line += line.empty() ? "" : kArrow;
      line += ShortPrincipal(step.from, home);
    }
    const bool grant = IsGrant(step.edge);
    std::string how = Printable(step.edge);
    if (grant) {
      AppendWord(how, Printable(step.to.empty() ? step.origin.address : step.to));
    }
    line += kArrow;
    line += how;
    std::string place = PlaceText(step.origin);
    if (!place.empty() && place != last_place) {
      line += ' ' + Styled(place, Style::kDim, color);
    }
    last_place = std::move(place);
    if (step.condition) {
      line += " if " + Printable(step.condition->text);
    }
    if (!grant && !step.to.empty()) {
      line += kArrow;
      line += ShortPrincipal(step.to, home);
    }
    at = step.to;
  }
  return line;
}

}  // namespace whomay::report
