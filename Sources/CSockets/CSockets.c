#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

int csockets_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csockets_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int csockets_epoll_wait(int epoll, csockets_event *events, int capacity, int timeout) {
    struct epoll_event ready[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, ready, capacity, timeout);
    for (int i = 0; i < count; i++) {
        events[i].events = ready[i].events;
        events[i].data = ready[i].data.u64;
    }
    return count;
}

int csockets_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int csockets_signal_descriptor(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int csockets_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    if (read(descriptor, &info, sizeof info) != sizeof info) return 0;
    return (int)info.ssi_signo;
}

int csockets_accept(int listener, char *peer, int capacity) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int descriptor = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return -1;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Megabytes of an answer would lie in the kernel's buffer, where a client that does not read is not noticed.
    int unsent = 128 << 10;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    if (getnameinfo((struct sockaddr *)&address, length, peer, (socklen_t)capacity, NULL, 0, NI_NUMERICHOST) != 0) {
        snprintf(peer, (size_t)capacity, "-");
    }
    return descriptor;
}

int csockets_listen(const char *host, uint16_t port, int backlog, uint16_t *bound) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0) return -2;
    int result = -1;
    int failure = 0;
    for (struct addrinfo *next = found; next != NULL && result < 0; next = next->ai_next) {
        int descriptor = socket(next->ai_family, next->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, next->ai_protocol);
        if (descriptor < 0) {
            failure = errno;
            continue;
        }
        int on = 1;
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        if (bind(descriptor, next->ai_addr, next->ai_addrlen) != 0 || listen(descriptor, backlog) != 0 ||
            getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) {
            failure = errno;
            close(descriptor);
            continue;
        }
        *bound = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                     : ((struct sockaddr_in *)&address)->sin_port);
        result = descriptor;
    }
    freeaddrinfo(found);
    if (result < 0) errno = failure;
    return result;
}

ssize_t csockets_send(
    int descriptor, const void *head, size_t head_size, const void *body, size_t body_size, size_t sent) {
    size_t of_head = sent < head_size ? sent : head_size;
    size_t of_body = sent - of_head;
    struct iovec parts[2] = {
        {.iov_base = (char *)head + of_head, .iov_len = head_size - of_head},
        {.iov_base = (char *)body + of_body, .iov_len = body_size - of_body},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

void csockets_forget_unsent(int descriptor) {
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

void csockets_release_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void csockets_allow_descriptors(uint64_t count) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
    limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void csockets_bound_free_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}
