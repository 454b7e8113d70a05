#include "data/packed_text.h"

#include <zlib.h>

#include <array>

namespace whomay::data {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*~&<>()[]{}@%$#";

constexpr std::array<uint8_t, 128> MakeDigits() {
  std::array<uint8_t, 128> digits{};
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return digits;
}
constexpr std::array<uint8_t, 128> kDigits = MakeDigits();

std::string DecodeBase85(std::string_view characters) {
  std::string bytes;
  bytes.reserve(characters.size() / 5 * 4);
  for (size_t i = 0; i + 5 <= characters.size(); i += 5) {
    uint32_t number = 0;
    for (size_t k = 0; k < 5; ++k) {
      number = number * 85 + kDigits[static_cast<unsigned char>(characters[i + k]) & 127];
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>(number >> shift));
    }
  }
  return bytes;
}

// Raw deflate takes its dictionary before the first byte. The tables are our own: a failure means a
// broken build, and gives an empty text.
std::string Inflate(std::string_view characters, const PackedText& text,
                    std::string_view dictionary) {
  std::string packed = DecodeBase85(characters.substr(text.begin, (text.packed + 3) / 4 * 5));
  std::string out(text.size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) {
    return {};
  }
  if (!dictionary.empty()) {
    inflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(dictionary.data()),
                         static_cast<uInt>(dictionary.size()));
  }
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = text.packed;
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = text.size;
  const int result = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return result == Z_STREAM_END && stream.total_out == text.size ? out : std::string();
}

}  // namespace

size_t PackedTable::Find(std::string_view wanted) const {
  size_t low = 0;
  size_t high = size;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (key(middle) <= wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? size : low - 1;
}

std::string PackedTable::UnpackDictionary() const {
  return Inflate(dictionary, packed_dictionary, {});
}

std::string PackedTable::Unpack(size_t i, std::string_view unpacked_dictionary) const {
  return Inflate(characters, blocks[i].text, unpacked_dictionary);
}

}  // namespace whomay::data
