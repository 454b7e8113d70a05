#include "iam/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/strings.h"

namespace whomay::iam {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// A reader of fixed-width numbers and separators; fails once, then for good.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool ok() const { return ok_; }
  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  void Expect(char c) { ok_ = Take(c) && ok_; }
  int Number(size_t digits, int least, int most) {
    int value = 0;
    if (text_.size() < digits || !AllDigits(text_.substr(0, digits))) {
      ok_ = false;
      return least;
    }
    std::from_chars(text_.data(), text_.data() + digits, value);
    text_.remove_prefix(digits);
    ok_ = ok_ && value >= least && value <= most;
    return value;
  }
  std::string_view Digits() {
    size_t end = 0;
    while (end < text_.size() && IsDigit(text_[end])) {
      ++end;
    }
    const std::string_view digits = text_.substr(0, end);
    ok_ = ok_ && end > 0;
    text_.remove_prefix(end);
    return digits;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

// Days since 1970-01-01 of the proleptic Gregorian calendar (H. Hinnant, days_from_civil).
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

int32_t Nanoseconds(std::string_view fraction) {
  int32_t value = 0;
  for (size_t i = 0; i < 9; ++i) {
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return value;
}

std::optional<Instant> ParseEpoch(std::string_view text) {
  const bool negative = text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!AllDigits(whole) || whole.size() > 15) {
    return std::nullopt;
  }
  Instant instant;
  std::from_chars(whole.data(), whole.data() + whole.size(), instant.seconds);
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    if (!AllDigits(fraction)) {
      return std::nullopt;
    }
    instant.nanoseconds = Nanoseconds(fraction);
  }
  if (negative) {
    instant.seconds = -instant.seconds - (instant.nanoseconds > 0 ? 1 : 0);
    instant.nanoseconds = instant.nanoseconds > 0 ? 1'000'000'000 - instant.nanoseconds : 0;
  }
  return instant;
}

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal number;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  number.whole = text.substr(0, point);
  if (point != std::string_view::npos) {
    number.fraction = text.substr(point + 1);
    if (!AllDigits(number.fraction)) {
      return std::nullopt;
    }
  }
  if (!AllDigits(number.whole)) {
    return std::nullopt;
  }
  number.whole.remove_prefix(std::min(number.whole.find_first_not_of('0'), number.whole.size()));
  number.fraction =
      number.fraction.substr(0, number.fraction.find_last_not_of('0') + 1);  // npos + 1 is 0
  if (number.whole.empty() && number.fraction.empty()) {
    number.negative = false;
  }
  return number;
}

std::strong_ordering Compare(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) {
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const Decimal& x = a.negative ? b : a;
  const Decimal& y = a.negative ? a : b;
  if (x.whole.size() != y.whole.size()) {
    return x.whole.size() <=> y.whole.size();
  }
  const int whole = x.whole.compare(y.whole);
  return (whole != 0 ? whole : x.fraction.compare(y.fraction)) <=> 0;
}

std::optional<Instant> ParseDate(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const bool iso = text.size() == 4 || (text.size() > 4 && text[4] == '-');
  if (!iso || !AllDigits(text.substr(0, 4))) {
    return ParseEpoch(text);
  }
  Cursor cursor(text);
  const int year = cursor.Number(4, 0, 9999);
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int64_t offset = 0;
  Instant instant;
  if (cursor.Take('-')) {
    month = cursor.Number(2, 1, 12);
    if (cursor.ok() && cursor.Take('-')) {
      day = cursor.Number(2, 1, DaysInMonth(year, month));
      if (cursor.Take('T') || cursor.Take('t') || cursor.Take(' ')) {
        hour = cursor.Number(2, 0, 24);
        cursor.Expect(':');
        minute = cursor.Number(2, 0, 59);
        if (cursor.Take(':')) {
          second = cursor.Number(2, 0, 60);
          if (cursor.Take('.')) {
            instant.nanoseconds = Nanoseconds(cursor.Digits());
          }
        }
        const bool minus = cursor.Take('-');
        if (minus || cursor.Take('+')) {
          offset = cursor.Number(2, 0, 23) * 3600;
          cursor.Take(':');
          offset += cursor.Number(2, 0, 59) * 60;
          offset = minus ? -offset : offset;
        } else if (!cursor.done() && !cursor.Take('Z')) {
          cursor.Expect('z');
        }
      }
    }
  }
  if (!cursor.ok() || !cursor.done()) {
    return std::nullopt;
  }
  instant.seconds =
      DaysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  return instant;
}

bool IpBlock::Contains(const IpBlock& other) const {
  if (v6 != other.v6 || other.prefix < prefix) {
    return false;
  }
  const auto whole = static_cast<size_t>(prefix / 8);
  if (std::memcmp(address.data(), other.address.data(), whole) != 0) {
    return false;
  }
  const int rest = prefix % 8;
  return rest == 0 || (address[whole] ^ other.address[whole]) >> (8 - rest) == 0;
}

std::optional<IpBlock> ParseIp(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  char buffer[INET6_ADDRSTRLEN + 1] = {};
  if (address.empty() || address.size() >= sizeof(buffer)) {
    return std::nullopt;
  }
  std::copy(address.begin(), address.end(), buffer);
  IpBlock block;
  block.v6 = address.find(':') != std::string_view::npos;
  if (inet_pton(block.v6 ? AF_INET6 : AF_INET, buffer, block.address.data()) != 1) {
    return std::nullopt;
  }
  const int most = block.v6 ? 128 : 32;
  block.prefix = most;
  if (slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(slash + 1);
    if (!AllDigits(prefix) || prefix.size() > 3) {
      return std::nullopt;
    }
    std::from_chars(prefix.data(), prefix.data() + prefix.size(), block.prefix);
    if (block.prefix > most) {
      return std::nullopt;
    }
  }
  return block;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (EqualsIgnoreAsciiCase(text, "true")) {
    return true;
  }
  if (EqualsIgnoreAsciiCase(text, "false")) {
    return false;
  }
  return std::nullopt;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<uint32_t>(c - 'a') + 26;
    } else if (IsDigit(c)) {
      value = static_cast<uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      value = 62;
    } else if (c == '/' || c == '_') {
      value = 63;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return bytes;
}

}  // namespace whomay::iam
