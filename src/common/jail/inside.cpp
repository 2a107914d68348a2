#include "common/jail/inside.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace ticketing::jail {
namespace {

constexpr unsigned no_user = 65534;

// A root that may not change its user stays what it is: the filter holds for it, too.
void leave_root() {
  if (::geteuid() != 0) return;
  static_cast<void>(::setgroups(0, nullptr));
  static_cast<void>(::setresgid(no_user, no_user, no_user));
  static_cast<void>(::setresuid(no_user, no_user, no_user));
}

bool drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

// A network without interfaces, and a root folder in which there is nothing but the process's own
// descriptors.
bool enter_namespaces() {
  constexpr int own = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
  // After a change of user a process does not own its folder in /proc.
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  return ::unshare(own) == 0 && ::chroot("/proc/self/fdinfo") == 0 && ::chdir("/") == 0;
}

bool limit(__rlimit_resource resource, rlim_t most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  return ::setrlimit(resource, &both) == 0;
}

bool limit_resources(const Bounds& bounds) {
  return limit(RLIMIT_AS, bounds.memory_bytes) && limit(RLIMIT_CPU, bounds.cpu_seconds) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_NPROC, 0) &&
         limit(RLIMIT_CORE, 0);
}

// What allocating, computing and ending need. All else fails with EPERM instead of killing: a C
// library that asks for something harmless must not break every upload.
bool filter_calls() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  bool good = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
  const auto allow = [&](int call) {
    good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  };
  const auto allow_if = [&](int call, scmp_arg_cmp condition) {
    good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition) == 0;
  };
  const auto is = [](unsigned argument, std::uint64_t value) {
    return scmp_arg_cmp{.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
  };
  const scmp_arg_cmp not_executable{
      .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0};
  allow_if(SCMP_SYS(read), is(0, STDIN_FILENO));
  allow_if(SCMP_SYS(write), is(0, STDOUT_FILENO));
  allow_if(SCMP_SYS(write), is(0, STDERR_FILENO));
  allow_if(SCMP_SYS(mmap), not_executable);
  allow_if(SCMP_SYS(mprotect), not_executable);
  for (const int call :
       {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime), SCMP_SYS(exit), SCMP_SYS(exit_group),
        // The C library ends a process that gets no random bytes, as some libraries ask for.
        SCMP_SYS(getrandom)}) {
    allow(call);
  }
  good = good && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return good;
}

}  // namespace

const char* enter(std::string_view kind, const Bounds& bounds) {
  const bool has_namespaces = kind == "namespaces";
  if (!has_namespaces && kind != "seccomp") return "there is no such jail";
  leave_root();
  // Ends with its parent, and gets no rights by anything that it starts. After the change of user,
  // which resets the former.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return "the end of its parent";
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no new privileges";
  if (has_namespaces && !enter_namespaces()) return "namespaces";
  if (!drop_capabilities()) return "capabilities";
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (!limit_resources(bounds)) return "limits of resources";
  if (!filter_calls()) return "the filter of system calls";
  return nullptr;
}

}  // namespace ticketing::jail
