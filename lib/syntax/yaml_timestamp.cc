#include "syntax/yaml_timestamp.h"

#include <cstddef>

namespace whomay::syntax {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A cursor that reads as time.Parse does; the first mismatch stays.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool good() const { return good_; }
  bool at_end() const { return text_.empty(); }

  // One digit or two (getnum); exactly two if `fixed`.
  int Number(bool fixed = false) {
    if (text_.empty() || !IsDigit(text_[0])) {
      return Fail();
    }
    const bool two = text_.size() > 1 && IsDigit(text_[1]);
    if (!two && fixed) {
      return Fail();
    }
    const int value = two ? (text_[0] - '0') * 10 + text_[1] - '0' : text_[0] - '0';
    text_.remove_prefix(two ? 2 : 1);
    return value;
  }
  int Year() {
    if (text_.size() < 4) {
      return Fail();
    }
    int value = 0;
    for (const char c : text_.substr(0, 4)) {
      if (!IsDigit(c)) {
        return Fail();
      }
      value = value * 10 + c - '0';
    }
    text_.remove_prefix(4);
    return value;
  }
  void Expect(char c) {
    if (text_.empty() || text_[0] != c) {
      Fail();
      return;
    }
    text_.remove_prefix(1);
  }
  // A blank of a layout stands for any number of them.
  void Blanks() {
    Expect(' ');
    while (!text_.empty() && text_[0] == ' ') {
      text_.remove_prefix(1);
    }
  }
  void Fraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !IsDigit(text_[1])) {
      return;
    }
    text_.remove_prefix(1);
    while (!text_.empty() && IsDigit(text_[0])) {
      text_.remove_prefix(1);
    }
  }
  void Zone() {
    if (!text_.empty() && text_[0] == 'Z') {
      text_.remove_prefix(1);
      return;
    }
    if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) {
      Fail();
      return;
    }
    text_.remove_prefix(1);
    const int hours = Number(true);
    Expect(':');
    const int minutes = Number(true);
    if (hours > 24 || minutes > 60) {
      Fail();
    }
  }
  char front() const { return text_.empty() ? '\0' : text_[0]; }
  int Fail() {
    good_ = false;
    return 0;
  }

 private:
  std::string_view text_;
  bool good_ = true;
};

int DaysIn(int month, int year) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

// The layouts 2006-1-2, 2006-1-2 15:4:5.9, 2006-1-2T15:4:5.9Z07:00 and the same with t.
bool IsYamlTimestamp(std::string_view text) {
  Cursor cursor(text);
  const int year = cursor.Year();
  cursor.Expect('-');
  const int month = cursor.Number();
  cursor.Expect('-');
  const int day = cursor.Number();
  if (!cursor.good() || month < 1 || month > 12 || day < 1 || day > DaysIn(month, year)) {
    return false;
  }
  if (cursor.at_end()) {
    return true;
  }
  const char separator = cursor.front();
  if (separator == ' ') {
    cursor.Blanks();
  } else if (separator == 'T' || separator == 't') {
    cursor.Expect(separator);
  } else {
    return false;
  }
  const int hour = cursor.Number();
  cursor.Expect(':');
  const int minute = cursor.Number();
  cursor.Expect(':');
  const int second = cursor.Number();
  cursor.Fraction();
  if (separator != ' ') {
    cursor.Zone();
  }
  return cursor.good() && cursor.at_end() && hour < 24 && minute < 60 && second < 60;
}

}  // namespace whomay::syntax
