/*
 * mdata-get, mdata-put, mdata-list and mdata-delete: the guest's side of the metadata protocol, version 2, over the UNIX socket that the
 * server puts into every zone. One static program under four names, because an image's shell cannot speak to UNIX sockets.
 *
 * Frames: "V2 <body length> <crc32 of body> <request id> <command> [<base64>]\n"; see mdata-client's published protocol.
 * Exit codes: 0 done, 1 no such key, 2 refused, 3 usage, 10 the server does not answer (try again).
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { DONE = 0, ABSENT = 1, REFUSED = 2, USAGE = 3, AGAIN = 10 };
enum { ATTEMPTS = 5, TIMEOUT_SECONDS = 6, VALUE_MAX_BYTES = 1024 * 1024 };

static const char *const sockets[] = {
    "/.zonecontrol/metadata.sock",
    "/native/.zonecontrol/metadata.sock",
    "/var/run/smartdc/metadata.sock",
};

static void *must(void *memory) {
  if (memory == NULL) {
    fputs("out of memory\n", stderr);
    exit(REFUSED);
  }
  return memory;
}

static uint32_t crc32_of(const unsigned char *bytes, size_t length) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *base64_encode(const char *bytes, size_t length) {
  char *text = must(malloc(4 * ((length + 2) / 3) + 1));
  size_t out = 0;
  for (size_t i = 0; i < length; i += 3) {
    uint32_t chunk = (uint32_t)(unsigned char)bytes[i] << 16;
    if (i + 1 < length) chunk |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
    if (i + 2 < length) chunk |= (uint32_t)(unsigned char)bytes[i + 2];
    text[out++] = digits[chunk >> 18];
    text[out++] = digits[(chunk >> 12) & 63];
    text[out++] = i + 1 < length ? digits[(chunk >> 6) & 63] : '=';
    text[out++] = i + 2 < length ? digits[chunk & 63] : '=';
  }
  text[out] = '\0';
  return text;
}

/* Answers the bytes, or NULL for what is not base64. */
static char *base64_decode(const char *text, size_t *length) {
  size_t size = strlen(text), out = 0;
  char *bytes = must(malloc(size / 4 * 3 + 4));
  uint32_t chunk = 0;
  int held = 0;
  for (size_t i = 0; i < size && text[i] != '='; i++) {
    const char *at = strchr(digits, text[i]);
    if (at == NULL) {
      free(bytes);
      return NULL;
    }
    chunk = (chunk << 6) | (uint32_t)(at - digits);
    if (++held == 4) {
      bytes[out++] = (char)(chunk >> 16);
      bytes[out++] = (char)(chunk >> 8);
      bytes[out++] = (char)chunk;
      chunk = 0;
      held = 0;
    }
  }
  if (held == 2) bytes[out++] = (char)(chunk >> 4);
  if (held == 3) {
    bytes[out++] = (char)(chunk >> 10);
    bytes[out++] = (char)(chunk >> 2);
  }
  *length = out;
  return bytes;
}

static int connect_once(void) {
  for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, sockets[i], sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    struct timeval limit = {.tv_sec = TIMEOUT_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
  }
  return -1;
}

static int send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return -1;
    bytes += sent;
    length -= (size_t)sent;
  }
  return 0;
}

/* The next line without its end, or NULL when the server closed, was silent too long or said too much. */
static char *read_line(FILE *from) {
  char *line = NULL;
  size_t room = 0;
  ssize_t got = getline(&line, &room, from);
  if (got <= 0 || line[got - 1] != '\n' || got > 2 * VALUE_MAX_BYTES) {
    free(line);
    return NULL;
  }
  line[got - 1] = '\0';
  return line;
}

/* The body of a frame that is whole, NULL for any other line. */
static char *body_of(char *line) {
  unsigned long length;
  unsigned int crc;
  int start = 0;
  if (sscanf(line, "V2 %lu %8x %n", &length, &crc, &start) != 2 || start == 0) return NULL;
  char *body = line + start;
  if (strlen(body) != length || crc32_of((unsigned char *)body, length) != crc) return NULL;
  return body;
}

/* One request on a fresh connection; the answer's value (may be empty) in *value. */
static int ask_once(const char *command, const char *payload, char **value, size_t *value_length) {
  int fd = connect_once();
  if (fd < 0) return AGAIN;
  FILE *from = must(fdopen(fd, "r"));
  int result = AGAIN;
  uint32_t id = 0;
  char *frame = NULL, *body = NULL, *line = NULL;

  if (send_all(fd, "NEGOTIATE V2\n", 13) != 0) goto out;
  line = read_line(from);
  if (line == NULL || strcmp(line, "V2_OK") != 0) goto out;
  if (getrandom(&id, sizeof id, 0) != sizeof id) goto out;

  size_t room = strlen(command) + (payload ? strlen(payload) : 0) + 64;
  body = must(malloc(room));
  frame = must(malloc(room + 64));
  snprintf(body, room, payload ? "%08x %s %s" : "%08x %s", id, command, payload);
  snprintf(frame, room + 64, "V2 %zu %08x %s\n", strlen(body), crc32_of((unsigned char *)body, strlen(body)), body);
  if (send_all(fd, frame, strlen(frame)) != 0) goto out;

  for (;;) {
    free(line);
    line = read_line(from);
    if (line == NULL) goto out;
    char *answer = body_of(line);
    unsigned int answered;
    char code[16];
    int rest = 0;
    if (answer == NULL || sscanf(answer, "%8x %15s%n", &answered, code, &rest) != 2 || answered != id) continue;
    const char *text = answer[rest] == ' ' ? answer + rest + 1 : answer + rest;
    *value = base64_decode(text, value_length);
    if (*value == NULL) continue;
    result = strcmp(code, "SUCCESS") == 0 ? DONE : strcmp(code, "NOTFOUND") == 0 ? ABSENT : REFUSED;
    goto out;
  }
out:
  free(line);
  free(frame);
  free(body);
  fclose(from);
  return result;
}

static int ask(const char *command, const char *payload, char **value, size_t *length) {
  int result = AGAIN;
  for (int attempt = 0; attempt < ATTEMPTS && result == AGAIN; attempt++) {
    if (attempt > 0) usleep(200000);
    result = ask_once(command, payload, value, length);
  }
  return result;
}

static char *read_stdin(size_t *length) {
  char *bytes = must(malloc(VALUE_MAX_BYTES + 1));
  *length = fread(bytes, 1, VALUE_MAX_BYTES + 1, stdin);
  if (*length > VALUE_MAX_BYTES) {
    fputs("the value is longer than 1 MiB\n", stderr);
    exit(REFUSED);
  }
  return bytes;
}

static int usage(const char *text) {
  fprintf(stderr, "usage: %s\n", text);
  return USAGE;
}

int main(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  const char *name = slash ? slash + 1 : argv[0];
  const char *command;
  char *payload = NULL;

  if (strcmp(name, "mdata-get") == 0) {
    if (argc != 2) return usage("mdata-get <key>");
    command = "GET";
    payload = base64_encode(argv[1], strlen(argv[1]));
  } else if (strcmp(name, "mdata-delete") == 0) {
    if (argc != 2) return usage("mdata-delete <key>");
    command = "DELETE";
    payload = base64_encode(argv[1], strlen(argv[1]));
  } else if (strcmp(name, "mdata-list") == 0) {
    if (argc != 1) return usage("mdata-list");
    command = "KEYS";
  } else if (strcmp(name, "mdata-put") == 0) {
    if (argc != 2 && argc != 3) return usage("mdata-put <key> [<value>]   (else the value is read from standard input)");
    command = "PUT";
    size_t length;
    char *value = argc == 3 ? argv[2] : read_stdin(&length);
    if (argc == 3) length = strlen(value);
    char *key64 = base64_encode(argv[1], strlen(argv[1])), *value64 = base64_encode(value, length);
    size_t room = strlen(key64) + strlen(value64) + 2;
    char *pair = must(malloc(room));
    snprintf(pair, room, "%s %s", key64, value64);
    payload = base64_encode(pair, strlen(pair));
  } else {
    return usage("call me as mdata-get, mdata-put, mdata-list or mdata-delete");
  }

  char *value = NULL;
  size_t length = 0;
  int result = ask(command, payload, &value, &length);
  if (result == DONE && (strcmp(command, "GET") == 0 || strcmp(command, "KEYS") == 0)) {
    fwrite(value, 1, length, stdout);
    if (length > 0 && value[length - 1] != '\n') putchar('\n');
  }
  if (result == ABSENT) fprintf(stderr, "No metadata for '%s'\n", argc > 1 ? argv[1] : "");
  if (result == REFUSED) fprintf(stderr, "%.*s\n", (int)length, length ? value : "refused");
  if (result == AGAIN) fputs("the metadata service does not answer\n", stderr);
  return result;
}
