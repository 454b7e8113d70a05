// Texts with holes: values that are not known, or not wholly known, until apply.
//
// A hole stands inside a text in place of its unknown part, as "\xFF<number>\xFE" (bytes that no
// UTF-8 text has), so that "arn:aws:iam::123456789012:role/node-" followed by a generated suffix is
// one text with one hole, can be interned and compared like any other, and equal holes compare
// equal. A text that holds nothing but a hole is wholly unknown.
//
// Holes are of three kinds:
//   kSymbol  the value of one attribute of one resource (the ARN of aws_iam_role.x before apply).
//            Equal to itself. Two symbols of one `family` (role ARNs, say) are different values.
//            Against other texts nothing is known.
//   kChoice  one of `candidates` (texts, themselves perhaps symbols), nothing else.
//   kOpen    anything.
#ifndef WHOMAY_LIB_FACTS_HOLE_H_
#define WHOMAY_LIB_FACTS_HOLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/origin.h"

namespace whomay::facts {

enum class HoleId : uint32_t { kNone = 0xFFFFFFFF };

struct Hole {
  enum class Kind : uint8_t { kSymbol, kChoice, kOpen };
  Kind kind = Kind::kOpen;
  Str what;    // "aws_iam_role.x.arn": what it is the value of
  Str family;  // of symbols: "aws_iam_role.arn"; values of one family are distinct
  Str why;     // "goes through local.users, which no plan holds"
  Str fill;    // what would fill it: a file to give, a command, an --assume
  std::vector<Str> candidates;
  Origin origin;
};

// All holes of an analysis.
class HoleTable {
 public:
  HoleId Add(Hole hole) {
    holes_.push_back(std::move(hole));
    return static_cast<HoleId>(holes_.size() - 1);
  }
  const Hole& operator[](HoleId id) const { return holes_[static_cast<uint32_t>(id)]; }
  size_t size() const { return holes_.size(); }

  // Are the two texts equal? Unknown where a filling of holes could make it so and another not.
  Tri Equal(std::string_view a, std::string_view b) const;
  // For people: the hole's `what` in angle brackets, or "prefix*" behind a literal beginning.
  std::string Display(std::string_view text) const;

 private:
  std::vector<Hole> holes_;
};

// The text that is this hole and nothing else.
std::string HoleText(HoleId hole);
inline bool HasHole(std::string_view text) { return text.find('\xFF') != std::string_view::npos; }
// The hole, if the text is one and nothing else; else kNone.
HoleId WholeHole(std::string_view text);

// The pieces of a text in order: literals and holes.
struct Piece {
  std::string_view literal;  // empty where the piece is a hole
  HoleId hole = HoleId::kNone;
};
std::vector<Piece> Pieces(std::string_view text);

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_HOLE_H_
