/*
 * First process of the image: prepares the guest (/etc/rc.boot), keeps the SSH server alive and a shell on the console, runs the owner's scripts
 * (/etc/rc.scripts), buries orphans, and ends within a moment when the server asks for it (SIGTERM). Ours rather than busybox's init, which sleeps two
 * seconds on every stop.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_SECONDS = 5, RESTART_PAUSE_SECONDS = 1 };

static sigset_t handled, before;
static pid_t ssh = -1;
static time_t ssh_started;
static pid_t console = -1;

static pid_t launch(char *const argv[]) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  sigprocmask(SIG_SETMASK, &before, NULL);
  setsid();
  execv(argv[0], argv);
  _exit(127);
}

static time_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec;
}

static void start_ssh(void) {
  ssh_started = now();
  ssh = launch((char *[]){"/usr/sbin/dropbear", "-F", "-E", "-R", "-s", NULL});
}

static void say(const char *text) {
  if (write(1, text, strlen(text)) < 0) return;
}

/*
 * A root shell on the console, once somebody is there: until Enter is pressed it costs a sleeping copy of this process. No password is asked for, since
 * the server lets nobody to the console who could not as well run programs in here.
 */
static void start_console(void) {
  console = fork();
  if (console != 0) return;
  sigprocmask(SIG_SETMASK, &before, NULL);
  struct sigaction usual = {.sa_handler = SIG_DFL};
  for (int number = 1; number < 32; number++) sigaction(number, &usual, NULL);
  setsid();
  int terminal = open("/dev/console", O_RDWR);
  if (terminal < 0) pause(); /* no console here: nothing to do, and nothing to be started again for */
  ioctl(terminal, TIOCSCTTY, 0);
  for (int fd = 0; fd < 3; fd++) dup2(terminal, fd);
  if (terminal > 2) close(terminal);
  say("\r\nPress Enter for a shell.\r\n");
  for (char key = 0; key != '\n';)
    if (read(0, &key, 1) != 1) _exit(1);
  if (chdir("/root") != 0) say("/root is missing\n");
  setenv("HOME", "/root", 1);
  setenv("TERM", "xterm", 0);
  execl("/bin/sh", "-sh", (char *)NULL);
  _exit(127);
}

static void bury(void) {
  pid_t pid;
  while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
    if (pid == ssh) ssh = -1;
    if (pid == console) console = -1;
  }
}

/* Never runs, since the signals are blocked. It stands there so that the server sees in /proc that a request to end will be heard. */
static void heard(int signal) { (void)signal; }

/* Everybody is asked, then the kernel ends who stays: with the first process gone the whole process namespace goes. */
static void end_all(void) {
  time_t until = now() + GRACE_SECONDS;
  kill(-1, SIGTERM);
  kill(-1, SIGHUP);
  for (;;) {
    struct timespec pause = {.tv_nsec = 100000000};
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    if (pid < 0 || now() >= until) break;
    if (pid == 0) sigtimedwait(&handled, NULL, &pause);
  }
  sync();
  exit(0);
}

int main(void) {
  if (getpid() != 1) return 1;
  sigemptyset(&handled);
  int signals[] = {SIGCHLD, SIGTERM, SIGINT, SIGPWR, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(&handled, signals[i]);
  sigprocmask(SIG_BLOCK, &handled, &before);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], heard);

  ioctl(0, TIOCNOTTY); /* the runtime gave us the console as our own terminal; it is for the shell */
  int log = open("/var/log/boot.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log >= 0) {
    dup2(log, 1);
    dup2(log, 2);
  }
  pid_t boot = launch((char *[]){"/bin/sh", "/etc/rc.boot", NULL});
  int booted = 0;

  for (;;) {
    struct timespec pause = {.tv_sec = RESTART_PAUSE_SECONDS};
    int got = booted && (ssh < 0 || console < 0) ? sigtimedwait(&handled, NULL, &pause) : sigwaitinfo(&handled, NULL);
    if (got > 0 && got != SIGCHLD) end_all();
    if (!booted && waitpid(boot, NULL, WNOHANG) == boot) {
      booted = 1;
      start_ssh();
      start_console();
      launch((char *[]){"/bin/sh", "/etc/rc.scripts", NULL});
    }
    bury();
    if (booted && ssh < 0 && now() - ssh_started >= RESTART_PAUSE_SECONDS) start_ssh();
    if (booted && console < 0) start_console();
  }
}
