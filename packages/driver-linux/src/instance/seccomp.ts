/**
 * What the kernel answers to a zone's system calls. A list of what is allowed, written for zones: whole programs, debuggers and servers run;
 * refused is what loads code into the kernel, mounts, makes namespaces, sets the clock, reads other ids' handles or the kernel's log, and what
 * has been the way out of containers most often (user namespaces, bpf, io_uring, keyrings, userfaultfd, perf).
 * Source: syscalls(2), seccomp in the OCI runtime specification.
 */
const allowed = `
  accept accept4 access adjtimex alarm arch_prctl arm_fadvise64_64 bind brk capget capset chdir chmod chown chroot clock_getres
  clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl
  epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate
  fanotify_mark fchdir fchmod fchmodat fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat
  fstatfs fsync ftruncate futex futex_waitv futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid
  getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage
  getsid getsockname getsockopt gettid gettimeofday getuid getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
  io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit ioctl ioprio_get ioprio_set kill landlock_add_rule
  landlock_create_ruleset landlock_restrict_self lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr
  lstat madvise membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap modify_ldt mprotect
  mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap msgctl msgget msgrcv msgsnd msync munlock munlockall
  munmap nanosleep newfstatat open openat openat2 pause pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free
  pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 process_madvise process_mrelease process_vm_readv process_vm_writev
  pselect6 ptrace pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv reboot recvfrom recvmmsg recvmsg remap_file_pages
  removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
  rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity
  sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
  sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg sendmsg sendto set_robust_list
  set_thread_area set_tid_address setdomainname setfsgid setfsuid setgid setgroups sethostname setitimer setpgid setpriority setregid
  setresgid setresuid setreuid setrlimit setsid setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd
  signalfd4 socketpair splice stat statfs statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs sysinfo tee tgkill time
  timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill
  truncate umask uname unlink unlinkat utime utimensat utimes vfork vmsplice wait4 waitid write writev
`;

const nothingThere = 38; // ENOSYS: the C library then uses the older call
const notPermitted = 1; // EPERM
/** Every flag of clone(2) that makes a namespace. */
const namespaceFlags = 0x7e020000;
/** Protocol families that reach kernel code no zone needs: the crypto interface and the hypervisor's channel. */
const refusedFamilies = { alg: 38, vsock: 40 };
/** Personalities of ordinary Linux programs, with and without 32-bit addresses, and the question which one it is. */
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

const architectures: Readonly<Record<string, string>> = { x64: 'SCMP_ARCH_X86_64', arm64: 'SCMP_ARCH_AARCH64' };

/** The profile as the runtime wants it, for a processor as Node names it. Programs of other processors (32 bit among them) do not run. */
export function seccompProfile(arch: string) {
  const rule = (name: string, index: number, op: string, value: number, valueTwo?: number) => ({
    names: [name],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index, op, value, ...(valueTwo !== undefined && { valueTwo }) }],
  });
  const architecture = architectures[arch];
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: notPermitted,
    ...(architecture && { architectures: [architecture] }),
    syscalls: [
      { names: allowed.split(/\s+/).filter(Boolean), action: 'SCMP_ACT_ALLOW' },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: nothingThere }, // its flags are in memory, where no filter sees them
      rule('clone', 0, 'SCMP_CMP_MASKED_EQ', namespaceFlags, 0),
      ...personalities.map((value) => rule('personality', 0, 'SCMP_CMP_EQ', value)),
      rule('socket', 0, 'SCMP_CMP_LT', refusedFamilies.alg),
      rule('socket', 0, 'SCMP_CMP_EQ', refusedFamilies.alg + 1),
      rule('socket', 0, 'SCMP_CMP_GT', refusedFamilies.vsock),
    ],
  };
}
