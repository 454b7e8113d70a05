// Generator: expressions of Terraform's language, most of them of sensible types. Deterministic by
// seed. Thread safety: none.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_HCL_GENERATOR_H_
#define WHOMAY_TESTS_DIFFERENTIAL_HCL_GENERATOR_H_

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>

namespace whomay::differential {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Expression();

 private:
  enum class Type : uint8_t { kText, kNumber, kBool, kList, kMap, kAny };

  size_t Pick(size_t count) { return random_() % count; }
  std::string OneOf(std::initializer_list<const char*> words);
  std::string Of(Type type, int depth);
  std::string Text(int depth);
  std::string Template(int depth);
  std::string Number(int depth);
  std::string Bool(int depth);
  std::string List(int depth);
  std::string Map(int depth);
  std::string Any(int depth);
  std::string Name(Type type);
  std::string For(int depth, bool object);

  std::mt19937_64 random_;
  int names_ = 0;  // of for that are in scope: v0, v1 …
};

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_HCL_GENERATOR_H_
