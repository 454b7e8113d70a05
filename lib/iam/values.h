// Values: how IAM reads numbers, dates, addresses and binaries in conditions.
//
// Source of the semantics: spec/iam.md 2.5; IAM User Guide, "Condition operators".
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_IAM_VALUES_H_
#define WHOMAY_LIB_IAM_VALUES_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whomay::iam {

// A decimal number of any length, compared exactly. No exponent.
struct Decimal {
  bool negative = false;
  std::string_view whole;     // no zeros in front
  std::string_view fraction;  // no zeros behind
};
std::optional<Decimal> ParseDecimal(std::string_view text);
std::strong_ordering Compare(const Decimal& a, const Decimal& b);

// An instant, exact to the nanosecond (further digits are cut).
struct Instant {
  int64_t seconds = 0;  // since 1970
  int32_t nanoseconds = 0;
  friend std::strong_ordering operator<=>(const Instant&, const Instant&) = default;
  friend bool operator==(const Instant&, const Instant&) = default;
};
// The W3C profile of ISO 8601 (YYYY, YYYY-MM, YYYY-MM-DD, …Thh:mm[:ss[.s]]TZD; without TZD UTC), or
// seconds since 1970. Four digits are a year.
std::optional<Instant> ParseDate(std::string_view text);

// A block of addresses; a bare address is a block of one. IPv4 and IPv6 never meet.
struct IpBlock {
  bool v6 = false;
  int prefix = 0;
  std::array<uint8_t, 16> address{};

  bool Contains(const IpBlock& other) const;
};
std::optional<IpBlock> ParseIp(std::string_view text);

std::optional<bool> ParseBool(std::string_view text);
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_VALUES_H_
