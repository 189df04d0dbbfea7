#ifndef CSOCKETS_H
#define CSOCKETS_H

// What Linux has and Foundation's C library module does not show: epoll, eventfd, signalfd, accept4.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

int csockets_epoll_create(void);
/// `operation` is EPOLL_CTL_ADD, MOD or DEL; `data` comes back with the event.
int csockets_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data);

typedef struct {
    uint32_t events;
    uint64_t data;
} csockets_event;

/// At most 256 events; -1 with errno on failure.
int csockets_epoll_wait(int epoll, csockets_event *events, int capacity, int timeout);
int csockets_eventfd(void);
/// Blocks SIGTERM and SIGINT in this thread and those it will start, and gives a descriptor they arrive on.
int csockets_signal_descriptor(void);
/// The next signal from the descriptor; 0 where there is none.
int csockets_next_signal(int descriptor);
/// A new connection, non-blocking, close-on-exec, without Nagle's delay, of which the kernel holds at most 128 KiB that the
/// peer has no room for; the peer's address as text. -1 with errno.
int csockets_accept(int listener, char *peer, int capacity);
/// A socket that listens, non-blocking; -1 with errno, -2 where the address is none. `port` is set to the bound one.
int csockets_listen(const char *host, uint16_t port, int backlog, uint16_t *bound);

/// Sends what follows the first `sent` bytes of head and body, both in one call and without SIGPIPE; the bytes that went,
/// or -1 with errno.
ssize_t csockets_send(
    int descriptor, const void *head, size_t head_size, const void *body, size_t body_size, size_t sent);

/// Makes the close that follows a reset: what has not been sent is thrown away.
void csockets_forget_unsent(int descriptor);

/// Raises the limit on open descriptors to `count` or as far as this process may.
void csockets_allow_descriptors(uint64_t count);
/// Keeps the allocator from holding much more than is in use: blocks of 4 MB and more go back to the system when they are
/// freed, and so does what exceeds 4 MB at the end of a thread's heap.
///
/// By default glibc raises both limits, to 32 and 64 MB, after the first large block is freed; then each thread keeps the
/// working set of its largest request, out of malloc_trim's reach.
void csockets_bound_free_memory(void);
/// Returns memory that has been freed to the system.
void csockets_release_memory(void);

static const uint32_t csockets_in = EPOLLIN;
static const uint32_t csockets_out = EPOLLOUT;
static const uint32_t csockets_peer_closed = EPOLLRDHUP;
static const uint32_t csockets_failed = EPOLLERR | EPOLLHUP;
static const int csockets_add = EPOLL_CTL_ADD;
static const int csockets_modify = EPOLL_CTL_MOD;
static const int csockets_delete = EPOLL_CTL_DEL;

#endif
