#include "allocations.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DEPLOY_COUNTS 1
#endif

namespace deploy {
namespace {

thread_local Allocations count;
thread_local bool inside_runtime = false;

}  // namespace

Allocations allocations() {
  return count;
}

void report_allocations(const Allocations& before, int64_t decisions) {
#if DEPLOY_COUNTS
  const Allocations after = count;
  std::printf(
      "allocations: %llu by this program before the loop, %llu in it; there %.1f per decision inside ONNX Runtime\n",
      static_cast<unsigned long long>(before.own), static_cast<unsigned long long>(after.own - before.own),
      static_cast<double>(after.runtime - before.runtime) / static_cast<double>(decisions));
#else
  static_cast<void>(before), static_cast<void>(decisions);
  std::printf("allocations are not counted in this build\n");
#endif
}

InsideRuntime::InsideRuntime() {
  inside_runtime = true;
}
InsideRuntime::~InsideRuntime() {
  inside_runtime = false;
}

}  // namespace deploy

#if DEPLOY_COUNTS

// glibc lets a program replace malloc and its kin as a whole, and keeps its own under these names. operator new of the
// standard library, in this program and in ONNX Runtime, calls malloc.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t number, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

static void count_one() {
  ++(deploy::inside_runtime ? deploy::count.runtime : deploy::count.own);
}

void* malloc(size_t size) {
  count_one();
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  count_one();
  return __libc_calloc(number, size);
}

void* realloc(void* memory, size_t size) {
  count_one();
  return __libc_realloc(memory, size);
}

void* memalign(size_t alignment, size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

void free(void* memory) {
  __libc_free(memory);
}
}

#endif
