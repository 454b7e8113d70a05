#include "eks/arn_match.h"

#include <string>

#include "base/strings.h"
#include "data/unicode_case.h"

namespace whomay::eks {
namespace {

using facts::Hole;
using facts::HoleId;
using facts::HoleTable;

// Lower case around the holes, which stay as they are.
std::string LowerAroundHoles(std::string_view text) {
  std::string out;
  for (const facts::Piece& piece : facts::Pieces(text)) {
    out += piece.hole == HoleId::kNone ? data::GoFold(piece.literal) : facts::HoleText(piece.hole);
  }
  return out;
}

enum class Shape : uint8_t { kAny, kRole, kUser, kOther };

// What kind of principal an ARN is of, by its words or by what its hole is the value of.
Shape ShapeOf(const HoleTable& holes, std::string_view arn) {
  const HoleId whole = facts::WholeHole(arn);
  if (whole != HoleId::kNone) {
    const Hole& hole = holes[whole];
    const auto of_type = [&](std::string_view type) {
      return hole.kind == Hole::Kind::kSymbol && hole.family == type;
    };
    return of_type("aws_iam_role.arn")   ? Shape::kRole
           : of_type("aws_iam_user.arn") ? Shape::kUser
                                         : Shape::kAny;
  }
  // The resource's first word, if the five sections before it are there and hold none of it.
  const std::string lower = LowerAroundHoles(arn);
  size_t at = 0;
  for (int i = 0; i < 5; ++i) {
    const size_t colon = lower.find(':', at);
    if (colon == std::string::npos) {
      return facts::HasHole(arn) ? Shape::kAny : Shape::kOther;
    }
    at = colon + 1;
  }
  const std::string_view resource = std::string_view(lower).substr(at);
  if (resource.substr(0, 5) == "role/") return Shape::kRole;
  if (resource.substr(0, 5) == "user/") return Shape::kUser;
  const size_t word = resource.find('/');
  return facts::HasHole(resource.substr(0, word)) || facts::HasHole(lower.substr(0, at))
             ? Shape::kAny
             : Shape::kOther;
}

Tri Compare(const HoleTable& holes, std::string_view a, std::string_view b, bool fold) {
  if (!facts::HasHole(a) && !facts::HasHole(b)) {
    return ToTri(fold ? data::GoEqualFold(a, b) : a == b);
  }
  if (a == b) {
    return Tri::kTrue;
  }
  const Shape shape_a = ShapeOf(holes, a), shape_b = ShapeOf(holes, b);
  if (shape_a != shape_b && shape_a != Shape::kAny && shape_b != Shape::kAny) {
    return Tri::kFalse;
  }
  if (!fold) {
    return holes.Equal(a, b);
  }
  // Candidates of a choice are compared one by one: HoleTable would compare their case.
  for (const auto& [text, other] : {std::pair(a, b), std::pair(b, a)}) {
    const HoleId whole = facts::WholeHole(text);
    if (whole != HoleId::kNone && holes[whole].kind == Hole::Kind::kChoice) {
      Tri any = Tri::kFalse;
      for (const facts::Str candidate : holes[whole].candidates) {
        const HoleId inner = facts::WholeHole(candidate);
        const bool nested = inner != HoleId::kNone && holes[inner].kind == Hole::Kind::kChoice;
        any = Or(any, nested ? Tri::kUnknown : Compare(holes, candidate, other, fold));
      }
      return any == Tri::kFalse ? Tri::kFalse : Tri::kUnknown;
    }
  }
  return holes.Equal(LowerAroundHoles(a), LowerAroundHoles(b));
}

}  // namespace

Tri EqualFoldArn(const HoleTable& holes, std::string_view a, std::string_view b) {
  return Compare(holes, a, b, true);
}

Tri EqualArn(const HoleTable& holes, std::string_view a, std::string_view b) {
  return Compare(holes, a, b, false);
}

HoleId FirstHole(std::string_view text) {
  for (const facts::Piece& piece : facts::Pieces(text)) {
    if (piece.hole != HoleId::kNone) {
      return piece.hole;
    }
  }
  return HoleId::kNone;
}

}  // namespace whomay::eks
