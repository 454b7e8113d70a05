// Texts as Go prints them inside the API server's messages.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whomay::ingest {

// strconv.Quote (%q).
std::string GoQuote(std::string_view text);
// json.Marshal of a string, and of a []string; `<`, `>`, `&`, U+2028, U+2029 escaped.
std::string GoJson(std::string_view text);
std::string GoJson(std::span<const std::string_view> texts);

// The characters that unicode.IsPrint refuses: "U+000A" (%#U) and the byte where each begins.
struct Unprintable {
  std::string name;
  size_t offset = 0;
};
std::vector<Unprintable> FindUnprintable(std::string_view text);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_
