// Both sides of the comparison: Kubernetes' own code, run as a program, and whomay.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_JUDGE_H_
#define WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_JUDGE_H_

#include <functional>
#include <string>
#include <vector>

#include "base/tri.h"
#include "tests/differential/kubernetes/model.h"

namespace whomay::differential {

// What one side says of a world's asks.
struct Answers {
  std::vector<Tri> allow;
  std::vector<Texts>
      who;  // subjects, sorted: user:N, group:N, sa:NS/N; where the world asks for it
};

// Asks the Go program about all the worlds in one run. False, with a text on stderr, when it fails.
bool AskKubernetes(const std::string& program, const std::vector<World>& worlds,
                   std::vector<Answers>& answers);

Answers AskWhomay(const World& world);

// Who answers beside Kubernetes: whomay, or somebody who is known to be wrong.
using Side = std::function<Answers(const World&)>;

// The first ask on which the sides differ, -1 if there is none. Where whomay says that aggregation
// has no single result, there is nothing to compare.
int Difference(const World& world, const Answers& kubernetes, const Answers& other);

// The smallest world found that still shows a difference, by taking away one thing at a time.
World Shrink(const std::string& program, const Side& side, const World& world, int ask);

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_JUDGE_H_
