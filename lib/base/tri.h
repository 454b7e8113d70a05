// Tri: Kleene's three truth values. Unknown is "depends on what the files do not say".
#ifndef WHOMAY_LIB_BASE_TRI_H_
#define WHOMAY_LIB_BASE_TRI_H_

#include <cstdint>

namespace whomay {

enum class Tri : uint8_t { kFalse = 0, kUnknown = 1, kTrue = 2 };

constexpr Tri And(Tri a, Tri b) { return a < b ? a : b; }
constexpr Tri Or(Tri a, Tri b) { return a > b ? a : b; }
constexpr Tri Not(Tri a) { return static_cast<Tri>(2 - static_cast<uint8_t>(a)); }
constexpr Tri ToTri(bool value) { return value ? Tri::kTrue : Tri::kFalse; }

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_TRI_H_
