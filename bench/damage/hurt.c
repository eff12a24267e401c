/* SPDX-License-Identifier: GPL-3.0-or-later
 * What no test can do to a real machine, done to the processes that have this preloaded:
 *   reads and writes of files fail with EIO while the file named by EIO_WHILE is there, for paths that hold EIO_PATH;
 *   the clock of the wall is off by the seconds that the file named by CLOCK_AHEAD holds.
 * cc -shared -fPIC -o hurt.so hurt.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int fails(int fd)
{
    const char *flag = getenv("EIO_WHILE"), *part = getenv("EIO_PATH");
    char link[64], path[512];
    ssize_t size;
    int before = errno, failing = 0;

    if (flag && part && access(flag, F_OK) == 0) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        size = readlink(link, path, sizeof path - 1);
        if (size > 0) {
            path[size] = 0;
            failing = strstr(path, part) != NULL;
        }
    }
    errno = before;
    return failing;
}

#define SHIM(name, parameters, arguments)                                          \
    ssize_t name parameters                                                        \
    {                                                                              \
        static ssize_t(*real) parameters;                                          \
        if (!real)                                                                 \
            real = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #name);                 \
        if (fails(fd)) {                                                           \
            errno = EIO;                                                           \
            return -1;                                                             \
        }                                                                          \
        return real arguments;                                                     \
    }

SHIM(read, (int fd, void *to, size_t size), (fd, to, size))
SHIM(write, (int fd, const void *from, size_t size), (fd, from, size))
SHIM(pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
SHIM(pread64, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
SHIM(pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
SHIM(pwrite64, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))

static long ahead(void)
{
    static long seconds;
    static time_t looked;
    const char *path = getenv("CLOCK_AHEAD");
    struct timespec now;
    char text[32];
    long size;
    int before = errno, fd;

    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    if (path && now.tv_sec != looked) {
        looked = now.tv_sec;
        fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            size = syscall(SYS_read, fd, text, sizeof text - 1);
            syscall(SYS_close, fd);
            text[size > 0 ? size : 0] = 0;
            seconds = atol(text);
        }
    }
    errno = before;
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *to)
{
    int result = (int)syscall(SYS_clock_gettime, clock, to);

    if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        to->tv_sec += ahead();
    return result;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone)
{
    int result = (int)syscall(SYS_gettimeofday, to, zone);

    if (!result)
        to->tv_sec += ahead();
    return result;
}

time_t time(time_t *to)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (to)
        *to = now.tv_sec;
    return now.tv_sec;
}
