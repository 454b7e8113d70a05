#include <array>

#include "base/strings.h"
#include "iam/policy.h"

namespace whomay::iam {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// `${key}` or `${key, 'default'}`, its inside given.
Template::Piece Variable(std::string_view inside) {
  Template::Piece piece;
  piece.kind = Template::Piece::Kind::kVariable;
  const size_t comma = inside.find(',');
  const std::string_view key = Trim(inside.substr(0, comma));
  piece.key = std::string(key);
  piece.lower = AsciiLower(key);
  piece.hash = HashText(piece.lower);
  if (comma != std::string_view::npos) {
    std::string_view text = Trim(inside.substr(comma + 1));
    if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
      text = text.substr(1, text.size() - 2);
    }
    piece.default_text = text;
    piece.has_default = true;
  }
  return piece;
}

}  // namespace

Template::Template(std::string_view text, bool glob, bool variables, Glob::Case fold)
    : glob_(fold) {
  Piece open;
  open.text = Glob(fold);
  bool open_empty = true;
  const auto append = [&](std::string_view piece, bool wild) {
    if (piece.empty()) {
      return;
    }
    open_empty = false;
    wild ? open.text.AppendPattern(piece) : open.text.AppendLiteral(piece);
  };
  while (!text.empty()) {
    const size_t begin = variables ? text.find("${") : std::string_view::npos;
    const size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) {
      append(text, glob);
      break;
    }
    append(text.substr(0, begin), glob);
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    if (inside == "*" || inside == "?" || inside == "$") {
      append(inside, false);
    } else {
      if (!open_empty) {
        pieces_.push_back(std::move(open));
        open = Piece();
        open.text = Glob(fold);
        open_empty = true;
      }
      pieces_.push_back(Variable(inside));
    }
    text.remove_prefix(end + 1);
  }
  if (pieces_.empty()) {
    glob_ = std::move(open.text);
  } else if (!open_empty) {
    pieces_.push_back(std::move(open));
  }
}

namespace {

// The parts of an ARN pattern, cut at colons that are outside of `${…}`.
struct Parts {
  std::array<std::string_view, 6> parts;
  size_t count = 0;
};

Parts SplitPattern(std::string_view text, bool variables) {
  Parts split;
  size_t begin = 0;
  for (size_t i = 0; i < text.size() && split.count < 5; ++i) {
    if (variables && text[i] == '$' && text.substr(i, 2) == "${") {
      const size_t end = text.find('}', i);
      if (end != std::string_view::npos) {
        i = end;
        continue;
      }
    }
    if (text[i] == ':') {
      split.parts[split.count++] = text.substr(begin, i - begin);
      begin = i + 1;
    }
  }
  split.parts[split.count++] = text.substr(begin);
  return split;
}

}  // namespace

ArnPattern::ArnPattern(facts::Str text_in, bool variables, Where where) : text(text_in) {
  if (text == "*") {
    everything = where == Where::kResource;
    short_condition = where == Where::kCondition;
    return;
  }
  const Parts split = SplitPattern(text, variables);
  if (split.count < 6) {
    if (facts::HasHole(text)) {
      unsplit.emplace_back(text, true, variables);
      return;
    }
    if (where == Where::kCondition) {
      // Whether a short pattern in a condition is padded is not documented.
      short_condition = text.ends_with('*');
      valid = false;
      return;
    }
    if (!text.ends_with('*')) {
      valid = false;
      return;
    }
  }
  parts.reserve(6);
  for (size_t i = 0; i < 6; ++i) {
    const std::string_view part = i < split.count ? split.parts[i] : std::string_view("*");
    // A Resource's variables stand behind the fifth colon only (User Guide, "IAM policy elements:
    // Variables and tags"); ARN conditions take them anywhere.
    parts.emplace_back(part, true, variables && (i == 5 || where == Where::kCondition));
    variable_parts = variable_parts || parts.back().has_variable();
  }
}

}  // namespace whomay::iam
