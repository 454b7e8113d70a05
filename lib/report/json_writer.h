// JSON out: keys in the order they are written, two spaces of indent, small things on one line.
//
//   JsonWriter json;
//   json.Object([&] {
//     json.Key("schema").String("whomay.can/1");
//     json.Key("origin").Inline().Object([&] { … });
//   });
//   return std::move(json).Take();
//
// Bytes that are no UTF-8 become U+FFFD, so the output is JSON whatever the input was.
// Thread safety: a writer belongs to one thread.
#ifndef WHOMAY_LIB_REPORT_JSON_WRITER_H_
#define WHOMAY_LIB_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whomay::report {

class JsonWriter {
 public:
  JsonWriter& Key(std::string_view key);
  // The next object or array, and all in it, stays on one line.
  JsonWriter& Inline() {
    inline_next_ = true;
    return *this;
  }

  void String(std::string_view text);
  void Int(int64_t value);
  void Bool(bool value);
  void Null();

  template <typename Body>
  void Object(const Body& body) {
    Open('{');
    body();
    Close('}');
  }
  // `each` writes one value for every item.
  template <typename Items, typename Each>
  void Array(const Items& items, const Each& each) {
    Open('[');
    for (const auto& item : items) {
      each(item);
    }
    Close(']');
  }
  // On one line.
  void Strings(const std::vector<std::string>& texts) {
    Inline().Array(texts, [&](const std::string& text) { String(text); });
  }

  // The document with a newline behind it.
  std::string Take() && { return std::move(out_) + '\n'; }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void BeforeValue();
  void NewLine();
  void Quote(std::string_view text);

  struct Level {
    bool one_line = false;
    bool empty = true;
  };
  std::string out_;
  std::vector<Level> levels_;
  bool inline_next_ = false;
  bool after_key_ = false;
};

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_JSON_WRITER_H_
