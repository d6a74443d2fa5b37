/*
 * Terminals of zones, for the agent, which cannot receive descriptors itself. The OCI runtime hands the master side of a terminal over a UNIX
 * socket (SCM_RIGHTS); somebody has to take it, hold it as long as the zone or the program lives, and copy its bytes.
 *
 *   zone-terminal start NETNS FOLDER -- RUNTIME ...   Starts a zone by the runtime, in the network namespace, and leaves behind a keeper of its
 *                                                     console. Exits as the runtime does. In FOLDER: `tty.sock` is what the runtime is told as its
 *                                                     --console-socket, `pid` its --pid-file, `console.sock` where the agent comes.
 *   zone-terminal exec NETNS FOLDER COLxROW|- -- RUNTIME ...
 *                                                     Runs a program in a zone by the runtime (told to detach), with a terminal or with pipes, and
 *                                                     copies between it and descriptors 0, 1, 2. FOLDER is its own and is removed. Descriptor 3, a
 *                                                     socket: lines `size COL ROW` and `signal N` in; `started`, `exit N` and `error N` out; when it
 *                                                     closes, the program is ended.
 *
 * A keeper ends with its zone and outlives the agent. It never makes the zone wait: it keeps the last 64 KiB and lets the oldest go. The agent
 * is its one client; a new one replaces the old. To the client go plain bytes; from it come frames: type (0 bytes, 1 size), length (u16, big endian), payload.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { RING = 64 * 1024, CHUNK = 32 * 1024, RUNTIME_MS = 20000, HANG_UP_MS = 1000, LAST_WORDS_MS = 500 };
/* More than pipes and terminals hold: what comes after so much was not written by a program that has ended. */
enum { LEFT_BEHIND = 256 * 1024 };

static void fail(const char *what) {
  fprintf(stderr, "zone-terminal: %s: %s\n", what, strerror(errno));
  exit(125);
}

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static void unblocked(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

static void resize(int master, unsigned columns, unsigned rows) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  if (columns > 0 && rows > 0) ioctl(master, TIOCSWINSZ, &size);
}

static void path_in(char *out, const char *folder, const char *name) {
  if (snprintf(out, sizeof ((struct sockaddr_un *)0)->sun_path, "%s/%s", folder, name) >= (int)sizeof ((struct sockaddr_un *)0)->sun_path) {
    errno = ENAMETOOLONG;
    fail(folder);
  }
}

/* A socket that root alone may connect to. */
static int listen_at(const char *folder, const char *name) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  path_in(at.sun_path, folder, name);
  unlink(at.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t before = umask(0177);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4) != 0) fail(at.sun_path);
  umask(before);
  return fd;
}

static pid_t launch(const char *netns, char *const argv[], const int *stdio) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  int ns = open(netns, O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) fail(netns);
  for (int fd = 0; stdio && fd < 3; fd++) dup2(stdio[fd], fd);
  execvp(argv[0], argv);
  fail(argv[0]);
  return -1;
}

/* The descriptor that comes over a connection to `listener`, or -1 when the runtime ends first or takes too long. */
static int receive_master(int listener, pid_t runtime, int *status) {
  long until = now_ms() + RUNTIME_MS;
  int master = -1;
  for (;;) {
    struct pollfd look = {.fd = listener, .events = POLLIN};
    poll(&look, 1, 20);
    if (master < 0 && (look.revents & POLLIN)) {
      int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
      char name[256];
      union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
      } control;
      struct iovec io = {.iov_base = name, .iov_len = sizeof name};
      struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
      if (connection >= 0 && recvmsg(connection, &message, MSG_CMSG_CLOEXEC) > 0) {
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) memcpy(&master, CMSG_DATA(part), sizeof master);
      }
      if (connection >= 0) close(connection);
    }
    pid_t ended = waitpid(runtime, status, WNOHANG);
    if (ended == runtime) return master;
    if (now_ms() > until) {
      kill(runtime, SIGKILL);
      waitpid(runtime, status, 0);
      return -1;
    }
  }
}

static int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

static pid_t read_pid(const char *folder) {
  char path[108], text[32] = "";
  path_in(path, folder, "pid");
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  if (read(fd, text, sizeof text - 1) < 0) text[0] = 0;
  close(fd);
  return atoi(text) > 0 ? atoi(text) : -1;
}

/* ---- the keeper of a console ---- */

static uint8_t ring[RING];
static uint64_t head; /* bytes that the console has ever written */

struct client {
  int fd;
  uint64_t cursor;
  uint8_t in[3 + 65535];
  size_t have;
  size_t done; /* of a frame of bytes: how much of it the terminal has taken */
};
static struct client agent = {.fd = -1};

static void drop(void) {
  if (agent.fd >= 0) close(agent.fd);
  agent.fd = -1;
  agent.have = agent.done = 0;
}

static void welcome(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  drop();
  agent.fd = fd;
  agent.cursor = head > RING ? head - RING : 0;
}

/* Reads what the console writes, however slow the client is. Answers whether there was something. */
static int drain(int master) {
  uint8_t bytes[8192];
  ssize_t got = read(master, bytes, sizeof bytes);
  for (ssize_t i = 0; i < got; i++) ring[head++ % RING] = bytes[i];
  return got > 0;
}

static void show(void) {
  if (head - agent.cursor > RING) agent.cursor = head - RING;
  size_t at = agent.cursor % RING, left = head - agent.cursor;
  ssize_t sent = send(agent.fd, ring + at, left < RING - at ? left : RING - at, MSG_NOSIGNAL);
  if (sent > 0) agent.cursor += sent;
  else if (errno != EAGAIN && errno != EINTR) drop();
}

/* Frames that are whole are worked off; one whose bytes the terminal does not take yet stays. */
static void work_off(int master) {
  while (agent.have >= 3) {
    size_t length = agent.in[1] << 8 | agent.in[2];
    if (agent.have < 3 + length) return;
    if (agent.in[0] == 0) {
      ssize_t wrote = write(master, agent.in + 3 + agent.done, length - agent.done);
      if (wrote > 0) agent.done += wrote;
      else if (length > agent.done && (errno == EAGAIN || errno == EINTR)) return;
      else agent.done = length;
      if (agent.done < length) return;
    } else if (agent.in[0] == 1 && length == 4) {
      resize(master, agent.in[3] << 8 | agent.in[4], agent.in[5] << 8 | agent.in[6]);
    }
    agent.done = 0;
    agent.have -= 3 + length;
    memmove(agent.in, agent.in + 3 + length, agent.have);
  }
}

static int waits_for_terminal(void) { return agent.have >= 3 && agent.have >= 3u + (agent.in[1] << 8 | agent.in[2]); }

static void listen_to(int master) {
  ssize_t got = recv(agent.fd, agent.in + agent.have, sizeof agent.in - agent.have, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return drop();
  if (got > 0) agent.have += got;
  work_off(master);
}

static void keep(int master, int zone, int listener) {
  unblocked(master);
  for (;;) {
    int stuck = agent.fd >= 0 && waits_for_terminal();
    struct pollfd look[] = {
        {.fd = zone, .events = POLLIN},
        {.fd = listener, .events = POLLIN},
        {.fd = master, .events = POLLIN | (stuck ? POLLOUT : 0)},
        {.fd = agent.fd, .events = (stuck ? 0 : POLLIN) | (agent.fd >= 0 && agent.cursor < head ? POLLOUT : 0)},
    };
    if (poll(look, 4, -1) < 0 && errno != EINTR) return;
    if (look[2].revents & POLLIN) drain(master);
    if (look[2].revents & POLLOUT && agent.fd >= 0) work_off(master);
    if (look[3].revents & (POLLERR | POLLHUP | POLLNVAL)) drop();
    if (agent.fd >= 0 && look[3].revents & POLLOUT) show();
    if (agent.fd >= 0 && look[3].revents & POLLIN) listen_to(master);
    if (look[1].revents & POLLIN) welcome(listener);
    if (look[0].revents == 0) continue;
    /* The zone has ended: its last words, to whoever listens and takes them soon. */
    while (drain(master)) continue;
    for (long until = now_ms() + LAST_WORDS_MS; agent.fd >= 0 && agent.cursor < head && now_ms() < until;) {
      struct pollfd last = {.fd = agent.fd, .events = POLLOUT};
      poll(&last, 1, 50);
      show();
    }
    return;
  }
}

static int start(const char *netns, const char *folder, char *const argv[]) {
  int taker = listen_at(folder, "tty.sock"), listener = listen_at(folder, "console.sock"), status = 0;
  int master = receive_master(taker, launch(netns, argv, NULL), &status);
  char path[108];
  path_in(path, folder, "tty.sock");
  unlink(path);
  close(taker);
  if (code_of(status) != 0) return code_of(status);
  pid_t zone = read_pid(folder);
  int zone_fd = zone > 0 ? (int)syscall(SYS_pidfd_open, zone, 0) : -1;
  if (master < 0 || zone_fd < 0) {
    fprintf(stderr, "zone-terminal: the runtime handed over no terminal, or the zone has ended\n");
    return 124;
  }
  resize(master, 80, 24);
  /* A slave of our own: else the terminal counts as hung up whenever nobody in the zone has it open. */
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  pid_t keeper = fork();
  if (keeper < 0) fail("fork");
  if (keeper > 0) return 0;
  setsid();
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(null, fd);
  if (null > 2) close(null);
  if (chdir("/") != 0) return 1;
  prctl(PR_SET_NAME, "zone-console");
  signal(SIGPIPE, SIG_IGN);
  (void)slave;
  keep(master, zone_fd, listener);
  return 0;
}

/* ---- a program in a zone ---- */

/* Bytes on their way from one descriptor to another. Reads again only when all is written: who reads slowly slows who writes. */
struct copy {
  int from, to;
  size_t have, done, total;
  uint8_t bytes[CHUNK];
};
static struct copy in, out, err;

static void shut(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* One step as poll allows it; the source's end closes the target once everything is out. */
static void step(struct copy *c, short from_events, short to_events) {
  if (c->from >= 0 && c->have == 0 && from_events != 0) {
    ssize_t got = read(c->from, c->bytes, sizeof c->bytes);
    if (got > 0) c->have = got, c->total += got;
    else if (got == 0 || (errno != EAGAIN && errno != EINTR)) shut(&c->from); /* a terminal nobody has open any more: EIO */
    to_events |= POLLOUT;
  }
  if (c->to >= 0 && c->have > 0 && to_events != 0) {
    ssize_t wrote = write(c->to, c->bytes + c->done, c->have - c->done);
    if (wrote > 0) c->done += wrote;
    else if (errno != EAGAIN && errno != EINTR) shut(&c->to);
    if (c->done == c->have) c->have = c->done = 0;
  }
  if (c->to < 0) c->have = c->done = 0, shut(&c->from);
}

static pid_t program;

static void obey(char *line, int master) {
  unsigned a, b;
  if (sscanf(line, "size %u %u", &a, &b) == 2 && master >= 0) resize(master, a, b);
  else if (sscanf(line, "signal %u", &a) == 1) kill(program, (int)a);
}

/* Answers 0 when the agent is gone. */
static int listen_to_agent(int master) {
  static char line[256];
  static size_t have;
  ssize_t got = recv(3, line + have, sizeof line - 1 - have, MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return 0;
  if (got > 0) have += got;
  line[have] = 0;
  for (char *end; (end = strchr(line, '\n')) != NULL;) {
    *end = 0;
    obey(line, master);
    have -= end + 1 - line;
    memmove(line, end + 1, have + 1);
  }
  if (have == sizeof line - 1) have = 0;
  return 1;
}

static void say(const char *what, int number) {
  char line[64];
  int length = snprintf(line, sizeof line, "%s %d\n", what, number);
  if (send(3, line, length, MSG_NOSIGNAL) < 0) return;
}

/* Ends the program, first as a terminal does that is hung up. */
static void end_program(int *status) {
  kill(-program, SIGHUP);
  kill(-program, SIGCONT);
  for (long until = now_ms() + HANG_UP_MS; now_ms() < until; usleep(10000))
    if (waitpid(program, status, WNOHANG) == program) return;
  kill(-program, SIGKILL);
  kill(program, SIGKILL);
  waitpid(program, status, 0);
}

/* Copies until the program has ended and everything that it wrote is out, or the agent is gone. */
static int copy_all(int master, int with_terminal) {
  size_t at_end = 0;
  int status = 0, ended = 0, ended_fd = (int)syscall(SYS_pidfd_open, program, 0);
  for (;;) {
    struct pollfd look[] = {
        {.fd = 3, .events = POLLIN},
        {.fd = ended ? -1 : ended_fd, .events = POLLIN},
        {.fd = in.have ? -1 : in.from, .events = POLLIN},
        {.fd = in.have ? in.to : -1, .events = POLLOUT},
        {.fd = out.have ? -1 : out.from, .events = POLLIN},
        {.fd = out.have ? out.to : -1, .events = POLLOUT},
        {.fd = err.have ? -1 : err.from, .events = POLLIN},
        {.fd = err.have ? err.to : -1, .events = POLLOUT},
    };
    int busy = poll(look, 8, ended && !out.have && !err.have ? 0 : -1);
    if (busy < 0 && errno != EINTR) return 125;
    if (look[0].revents && !listen_to_agent(master)) {
      shut(&in.to), shut(&out.from), shut(&err.from); /* the last of a terminal: the kernel hangs it up */
      if (!ended) end_program(&status);
      return code_of(status);
    }
    int typed_all = in.from >= 0;
    step(&in, look[2].revents, look[3].revents);
    if (typed_all && in.from < 0 && with_terminal && in.to >= 0) { /* end of input, as a terminal says it */
      in.bytes[0] = 4;
      in.have = 1;
    } else if (in.from < 0 && in.have == 0 && !with_terminal) {
      shut(&in.to);
    }
    step(&out, look[4].revents, look[5].revents);
    step(&err, look[6].revents, look[7].revents);
    if (!ended && look[1].revents) {
      waitpid(program, &status, 0);
      at_end = out.total + err.total;
      ended = 1; /* what it wrote before is in the pipes; what others of it may still write is not waited for */
      continue;
    }
    int quiet = !(look[4].revents | look[5].revents | look[6].revents | look[7].revents);
    int enough = quiet || out.total + err.total - at_end > LEFT_BEHIND;
    if (ended && enough && !out.have && !err.have) return code_of(status);
  }
}

static int exec_in(const char *netns, const char *folder, const char *terminal, char *const argv[]) {
  unsigned columns = 0, rows = 0;
  int with_terminal = sscanf(terminal, "%ux%u", &columns, &rows) == 2, status = 0, master = -1;
  int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* the program is ours when the runtime has gone */
  fcntl(3, F_SETFD, FD_CLOEXEC);
  signal(SIGPIPE, SIG_IGN);
  if (with_terminal) {
    int taker = listen_at(folder, "tty.sock"), null = open("/dev/null", O_RDWR | O_CLOEXEC);
    master = receive_master(taker, launch(netns, argv, (int[]){null, null, null}), &status);
  } else {
    for (int i = 0; i < 3; i++)
      if (pipe2(pipes[i], O_CLOEXEC) != 0) fail("pipe");
    pid_t runtime = launch(netns, argv, (int[]){pipes[0][0], pipes[1][1], pipes[2][1]});
    long until = now_ms() + RUNTIME_MS;
    while (waitpid(runtime, &status, WNOHANG) != runtime) {
      if (now_ms() > until) kill(runtime, SIGKILL);
      usleep(2000);
    }
    shut(&pipes[0][0]), shut(&pipes[1][1]), shut(&pipes[2][1]);
  }
  program = read_pid(folder);
  char path[108];
  path_in(path, folder, "tty.sock"), unlink(path);
  path_in(path, folder, "pid"), unlink(path);
  if (code_of(status) != 0 || program < 0 || (with_terminal && master < 0)) {
    if (program > 0) kill(program, SIGKILL);
    say("error", code_of(status));
    return 125;
  }
  if (with_terminal) resize(master, columns, rows);
  int second = with_terminal ? fcntl(master, F_DUPFD_CLOEXEC, 4) : -1;
  in = (struct copy){.from = 0, .to = with_terminal ? second : pipes[0][1]};
  out = (struct copy){.from = with_terminal ? master : pipes[1][0], .to = 1};
  err = (struct copy){.from = pipes[2][0], .to = with_terminal ? -1 : 2};
  int all[] = {in.from, in.to, out.from, out.to, err.from, err.to};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i] >= 0) unblocked(all[i]);
  say("started", program);
  int code = copy_all(second, with_terminal);
  path_in(path, folder, "log"), unlink(path);
  rmdir(folder);
  say("exit", code);
  return code;
}

int main(int argc, char *argv[]) {
  if (argc > 5 && strcmp(argv[1], "start") == 0 && strcmp(argv[4], "--") == 0) return start(argv[2], argv[3], argv + 5);
  if (argc > 6 && strcmp(argv[1], "exec") == 0 && strcmp(argv[5], "--") == 0) return exec_in(argv[2], argv[3], argv[4], argv + 6);
  fprintf(stderr, "usage: zone-terminal start NETNS FOLDER -- RUNTIME...\n       zone-terminal exec NETNS FOLDER COLxROW|- -- RUNTIME...\n");
  return 2;
}
