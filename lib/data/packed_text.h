// Tables of texts that stand compressed in the binary, in blocks that are unpacked one by one.
//
// generators/packed_text.py writes them: deflated (RFC 1951) with a dictionary common to a table's
// blocks, in a base-85 alphabet, so that a checked-in file holds plain string literals. Nothing
// runs at start-up; a lookup unpacks the dictionary (32 KiB) and the one block that it needs.
// Thread safety: pure functions over constants.
#ifndef WHOMAY_LIB_DATA_PACKED_TEXT_H_
#define WHOMAY_LIB_DATA_PACKED_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace whomay::data {

struct PackedText {
  uint32_t begin;   // in the table's characters
  uint32_t packed;  // bytes when deflated; five characters for each four
  uint32_t size;    // bytes when inflated
};

struct PackedBlock {
  uint32_t key_begin;
  uint32_t key_size;
  PackedText text;
};

// A table as a generated .inc file lays it out.
struct PackedTable {
  std::string_view keys;
  std::string_view characters;
  const PackedBlock* blocks;  // in ascending order of their keys
  size_t size;
  std::string_view dictionary;
  PackedText packed_dictionary;

  std::string_view key(size_t i) const {
    return keys.substr(blocks[i].key_begin, blocks[i].key_size);
  }
  // The last block whose key is not behind `key`; size when there is none.
  size_t Find(std::string_view key) const;
  std::string UnpackDictionary() const;
  // With the unpacked dictionary, which may serve many blocks.
  std::string Unpack(size_t i, std::string_view unpacked_dictionary) const;
};

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_PACKED_TEXT_H_
