/* A disk that remembers and that fills: loaded before libc (LD_PRELOAD) by a seat in a test.
 *
 * Every write to a store's file (the file itself and its write-ahead log), every sync of it and every line of standard
 * output goes in this order into one record, so that a test can say what was safe on the disk at any moment. While
 * desk_disk_fill() says so, writes fail with "no space left".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static long until_full = -1; /* so many writes still succeed; -1: there is room for ever */

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate64)(int, off64_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DESK_DISK_RECORD");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate64 = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    if (path) record = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

/* After n more writes the disk is full; -1 makes room again. */
void desk_disk_fill(long n) { until_full = n; }

/* Whether the disk was met full since it was last filled. */
long desk_disk_left(void) { return until_full; }

static int ends(const char *name, const char *with) {
    size_t a = strlen(name), b = strlen(with);
    return a >= b && strcmp(name + a - b, with) == 0;
}

static int is_store(const char *name) { return ends(name, ".store") || ends(name, ".store-wal") || ends(name, ".store-journal"); }

static int named(int fd, char *name, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, size - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return is_store(name);
}

static void note(char what, const char *name, uint64_t offset, const void *data, uint32_t size) {
    if (record < 0) return;
    uint32_t length = strlen(name);
    char head[17];
    head[0] = what;
    memcpy(head + 1, &length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &size, 4);
    pthread_mutex_lock(&lock);
    real_write(record, head, sizeof head);
    real_write(record, name, length);
    if (size) real_write(record, data, size);
    pthread_mutex_unlock(&lock);
}

static int full(void) {
    if (until_full < 0) return 0;
    if (until_full == 0) return 1;
    until_full--;
    return 0;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    char name[4096];
    if (!named(fd, name, sizeof name)) return real_pwrite64(fd, data, size, offset);
    if (full()) { errno = ENOSPC; return -1; }
    ssize_t done = real_pwrite64(fd, data, size, offset);
    if (done > 0) note('W', name, offset, data, done);
    return done;
}

ssize_t write(int fd, const void *data, size_t size) {
    char name[4096];
    if (!real_write) begin();
    if (fd == 1) note('P', "", 0, data, size); /* before anybody can hear it */
    if (fd == record || !named(fd, name, sizeof name)) return real_write(fd, data, size);
    if (full()) { errno = ENOSPC; return -1; }
    off64_t offset = lseek64(fd, 0, SEEK_CUR);
    ssize_t done = real_write(fd, data, size);
    if (done > 0) note('W', name, offset, data, done);
    return done;
}

int fsync(int fd) {
    char name[4096];
    int done = real_fsync(fd);
    if (done == 0 && named(fd, name, sizeof name)) note('S', name, 0, NULL, 0);
    return done;
}

int fdatasync(int fd) {
    char name[4096];
    int done = real_fdatasync(fd);
    if (done == 0 && named(fd, name, sizeof name)) note('S', name, 0, NULL, 0);
    return done;
}

int ftruncate64(int fd, off64_t size) {
    char name[4096];
    int done = real_ftruncate64(fd, size);
    if (done == 0 && named(fd, name, sizeof name)) note('T', name, size, NULL, 0);
    return done;
}

int unlink(const char *name) {
    int done = real_unlink(name);
    if (done == 0 && is_store(name)) note('U', name, 0, NULL, 0);
    return done;
}
