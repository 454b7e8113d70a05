// Generated IAM cases, one JSON object each, in the form of the recorded iam vectors (without
// answers).
//
// Random near misses of actions, ARNs, principals and conditions through every layer. Features in
// which the judge is known to differ (allow_list.h) come up too, rarely. Thread safety: none.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_IAM_CASES_H_
#define WHOMAY_TESTS_DIFFERENTIAL_IAM_CASES_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace whomay::differential {

class CaseGenerator {
 public:
  explicit CaseGenerator(uint32_t seed) : random_(seed) {}
  std::string Next();

 private:
  struct Target {
    const char* service;
    const char* action;
    const char* arn;  // null: an action without resources
    bool policy;      // resources of the kind have policies
    bool rcp;
  };
  static const std::vector<Target>& Targets();

  bool Chance(uint32_t one_in) { return random_() % one_in == 0; }
  bool Odd() { return Chance(700); }  // the features of the allow list
  const char* Pick(std::initializer_list<const char*> values) {
    return values.begin()[random_() % values.size()];
  }
  std::string NearMiss(std::string text);
  std::string Principal();
  std::string ActionPattern();
  std::string ResourcePattern();
  std::string PrincipalElement();
  std::string Condition();
  std::string Conditions();
  enum class On { kIdentity, kResource, kControl };
  std::string Statement(bool deny, On on);
  std::string Document(On on, bool generous);
  std::string Named(On on, bool generous);
  std::string Levels(On on);
  std::string Context();

  std::mt19937 random_;
  const Target* target_ = nullptr;
  std::string account_, caller_, caller_json_, user_name_;
};

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_IAM_CASES_H_
