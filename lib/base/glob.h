// Glob: a pattern of literals, `*` (any run) and `?` (one code point), compiled once.
//
//   Glob glob("arn:aws:s3:::logs-*");
//   glob.Match("arn:aws:s3:::logs-2024");   // true
//
// `*` and `?` match everything, "/" and ":" included. There is no escape: who needs a literal `*`
// appends it (AppendLiteral), as the `${*}` of IAM policies does. Pattern and text may hold holes
// (facts/hole.h: "\xFF<number>\xFE" stands for a text not known yet): MatchOpen() tells whether
// every filling matches, none, or it depends; equal holes have equal values. Match() takes time at
// most |pattern| * |text|, linear for patterns with one `*`. Thread safety: const members may be
// called concurrently.
#ifndef WHOMAY_LIB_BASE_GLOB_H_
#define WHOMAY_LIB_BASE_GLOB_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/tri.h"

namespace whomay {

class Glob {
 public:
  enum class Case : uint8_t { kSensitive, kFoldAscii };

  // Matches the empty text only, until something is appended.
  explicit Glob(Case fold = Case::kSensitive) : fold_(fold == Case::kFoldAscii) {}
  explicit Glob(std::string_view pattern, Case fold = Case::kSensitive);

  void AppendLiteral(std::string_view text);
  void AppendStar();
  void AppendAny();
  // Appends what another glob of the same case matches.
  void Append(const Glob& other);
  // Appends `pattern`, its `*` and `?` as wildcards.
  void AppendPattern(std::string_view pattern);

  // Texts without holes; a hole of the pattern matches nothing here.
  bool Match(std::string_view text) const;
  // Texts that may hold holes.
  Tri MatchOpen(std::string_view text) const;

  // No wildcard, no hole: matches literal() and nothing else (in any case, if folded).
  bool is_literal() const { return first_special_ == std::string::npos; }
  // Nothing but stars, one at least: matches every text.
  bool is_everything() const { return everything_; }
  bool has_hole() const { return has_hole_; }
  // Everything before the first wildcard or hole, folded if the glob is.
  std::string_view literal_prefix() const {
    return std::string_view(code_).substr(0, first_special_);
  }
  std::string_view literal() const { return code_; }

  // The compiled form: literal bytes (folded if the glob folds), kStar, kAny, and holes as they
  // are. Two globs with equal code and case match the same texts.
  static constexpr char kStar = '\xFB';
  static constexpr char kAny = '\xFC';
  std::string_view code() const { return code_; }
  bool folds() const { return fold_; }

 private:
  void Note(char special);

  std::string code_;
  size_t first_special_ = std::string::npos;
  bool fold_ = false;
  bool everything_ = false;
  bool has_hole_ = false;
  bool single_tail_star_ = false;  // literal, then one star, then nothing
};

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_GLOB_H_
