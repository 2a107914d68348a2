// A program that enters the jail and then tries what it must not be able to do. Says "refused", or
// what it reached.
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <map>
#include <string>

#include "common/jail/inside.hpp"

namespace {

void say(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
    if (count <= 0) ::_exit(3);
    at += static_cast<std::size_t>(count);
  }
}

std::string refused_if(bool failed) { return failed ? "refused" : "reached"; }

std::string fork_for_ever() {
  for (int i = 0; i < 1000; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return "refused";
    if (child == 0) ::_exit(0);
  }
  return "reached";
}

std::string allocate() {
  constexpr std::size_t gibibyte = std::size_t{1} << 30;
  void* const memory =
      ::mmap(nullptr, gibibyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return refused_if(memory == MAP_FAILED);
}

std::string loop() {
  for (volatile unsigned long i = 0;; i = i + 1) continue;
}

std::string write_for_ever() {
  const std::string much(1 << 20, 'x');
  for (;;) say(much);
}

const std::map<std::string, std::function<std::string()>> attempts{
    {"nothing", [] { return std::string("in"); }},
    {"open", [] { return refused_if(::open("/etc/passwd", O_RDONLY) < 0); }},
    {"make", [] { return refused_if(::open("/tmp/escaped", O_WRONLY | O_CREAT, 0600) < 0); }},
    {"stat",
     [] {
       struct stat info{};
       return refused_if(::stat("/etc/passwd", &info) != 0);
     }},
    {"socket", [] { return refused_if(::socket(AF_INET, SOCK_STREAM, 0) < 0); }},
    {"socketpair",
     [] {
       int ends[2];
       return refused_if(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0);
     }},
    {"fork", fork_for_ever},
    {"exec",
     [] {
       char name[] = "/bin/true";
       char* const arguments[] = {name, nullptr};
       ::execv(name, arguments);
       return std::string("refused");
     }},
    {"allocate", allocate},
    {"loop", loop},
    {"write", write_for_ever},
    {"kill", [] { return refused_if(::kill(::getppid(), 0) != 0 && ::kill(1, 0) != 0); }},
    {"trace", [] { return refused_if(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0); }},
    {"code",
     [] {
       void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return refused_if(page == MAP_FAILED);
     }},
    {"root", [] { return refused_if(::setuid(0) != 0); }},
    {"vfork",
     [] {
       const pid_t child = ::vfork();
       if (child == 0) ::_exit(0);
       return refused_if(child < 0);
     }},
    {"thread",
     [] {
       constexpr int own_memory = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
       const long thread = ::syscall(SYS_clone, own_memory, 0, nullptr, nullptr, 0);
       if (thread == 0) ::syscall(SYS_exit, 0);
       return refused_if(thread < 0);
     }},
    {"connect",
     [] {
       sockaddr_in to{};
       to.sin_family = AF_INET;
       to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
       const int tried = ::connect(STDIN_FILENO, reinterpret_cast<sockaddr*>(&to), sizeof to);
       return refused_if(tried != 0 && errno == EPERM);
     }},
    {"send", [] { return refused_if(::send(STDOUT_FILENO, "x", 1, 0) < 0 && errno == EPERM); }},
    {"unlink", [] { return refused_if(::unlink("/tmp/escaped") != 0 && errno == EPERM); }},
    {"rename", [] { return refused_if(::rename("/tmp", "/tmq") != 0 && errno == EPERM); }},
    {"list", [] { return refused_if(::opendir("/") == nullptr && errno == EPERM); }},
    {"memory",
     [] {
       char byte = 0;
       const iovec here{.iov_base = &byte, .iov_len = 1};
       return refused_if(::process_vm_readv(::getppid(), &here, 1, &here, 1, 0) < 0);
     }},
    {"ring",
     [] { return refused_if(::syscall(SYS_io_uring_setup, 8, nullptr) < 0 && errno == EPERM); }},
    {"anonymous file",
     [] { return refused_if(::syscall(SYS_memfd_create, "x", 0) < 0 && errno == EPERM); }},
    {"program of the kernel",
     [] { return refused_if(::syscall(SYS_bpf, 0, nullptr, 0) < 0 && errno == EPERM); }},
    {"limits",
     [] {
       const rlimit more{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
       return refused_if(::setrlimit(RLIMIT_AS, &more) != 0 && errno == EPERM);
     }},
    {"dup", [] { return refused_if(::dup(STDOUT_FILENO) < 0); }},
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const auto found = attempts.find(arguments[1]);
  if (found == attempts.end()) return 2;
  if (const char* fault = ticketing::jail::enter(arguments[2], {.cpu_seconds = 1})) {
    say(std::string("no jail: ") + fault);
    return 1;
  }
  say(found->second());
  ::_exit(0);
}
