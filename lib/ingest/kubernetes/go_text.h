// Texts as Go prints them inside the API server's messages.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_

#include <span>
#include <string>
#include <string_view>

namespace whomay::ingest {

// strconv.Quote (%q).
std::string GoQuote(std::string_view text);
// json.Marshal of a string, and of a []string; `<`, `>`, `&`, U+2028, U+2029 escaped.
std::string GoJson(std::string_view text);
std::string GoJson(std::span<const std::string_view> texts);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_GO_TEXT_H_
