// YamlFeed: what libyaml is given to read, and where it stands in the file. Internal to syntax/.
//
// The feed hands out pieces of 512 bytes, as go-yaml's reader does: how far it reads ahead decides
// whether a control character behind the first value is seen at all.
#ifndef WHOMAY_LIB_SYNTAX_YAML_FEED_H_
#define WHOMAY_LIB_SYNTAX_YAML_FEED_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/source.h"
#include "syntax/yaml_graph.h"

namespace whomay::syntax {

// Bytes of the feed from `at` on were replaced by as many others.
struct YamlRepair {
  size_t at = 0;
  std::string decoded;  // what the scalar there has in truth; empty: nothing to put right
};

class YamlFeed {
 public:
  explicit YamlFeed(const YamlInput& input);
  YamlFeed(const YamlFeed&) = delete;  // bytes_ may view copy_
  YamlFeed& operator=(const YamlFeed&) = delete;

  std::string_view bytes() const { return bytes_; }
  void Rewind() { at_ = 0; }
  // The next piece; empty at the end.
  std::string_view Next();

  void Repair(size_t at, std::string_view replacement, std::string_view decoded);
  // By place.
  const std::vector<YamlRepair>& repairs() const { return repairs_; }

  // The offset in bytes() of a character that libyaml counted.
  size_t OffsetOfCharacter(size_t index) const;
  // The offset in the file.
  uint32_t FileOffset(size_t offset) const;

 private:
  void NormalizeLines();
  void CutLookAhead();
  void IndexCharacters();

  std::string copy_;  // where the feed is not the file's bytes
  std::string_view bytes_;
  size_t at_ = 0;
  size_t mark_size_;  // of the byte order mark in front, which go-yaml's reader counts in
  uint32_t base_;
  uint32_t end_;
  std::vector<source::OffsetStep> steps_;  // of the feed in the file; none: alike
  // Offsets of every 64th character; none: all is ASCII.
  std::vector<uint32_t> characters_;
  std::vector<YamlRepair> repairs_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_FEED_H_
