// Decisions allocate nothing, from ids or from strings.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/unit/rbac/world.h"

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

// GoogleTest and the rest of this binary go through these as well; only differences are looked at.
void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size);
  if (memory == nullptr) {
    std::abort();
  }
  return memory;
}
void* operator new(size_t size, const std::nothrow_t& /*tag*/) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace whomay::rbac {
namespace {

TEST(Allocation, DecisionsAllocateNothing) {
  World world(
      {ClusterRole("r", R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods","*/scale"]},
                                    {"verbs":["get"],"nonResourceURLs":["/healthz*"]},
                                    {"verbs":["list"],"apiGroups":[""],"resources":["secrets"]}])"),
       ClusterBinding("b", kAlice, "r"), Binding("a", "b", kAlice, "ClusterRole", "r")});
  const Policy& policy = world.policy();
  const Identity alice = Alice();
  const Request requests[] = {Ask("get pods -n a x"), Ask("list secrets -n a"),
                              Ask("delete secrets -n a"), Ask("get /healthz/etcd")};
  const ResolvedIdentity resolved = policy.Resolve(alice);
  for (const Request& request : requests) {
    const ResolvedRequest asked = policy.Resolve(request);
    size_t before = allocations;
    Decision decision = policy.Authorize(resolved, asked);
    EXPECT_EQ(allocations - before, 0u);
    before = allocations;
    decision = policy.Authorize(alice, request);
    EXPECT_EQ(allocations - before, 0u);
    EXPECT_EQ(decision.allowed, ToTri(request.verb != "delete"));
  }
}

}  // namespace
}  // namespace whomay::rbac
