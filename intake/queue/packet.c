/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "intake/queue/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(PACKET_MAX_FDS * sizeof(int))];
};

int packet_pair(int ret[2], struct err *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) != 0)
        return err_set(e, ERR_SYS, "socketpair: %s", strerror(errno));
    return 0;
}

static void put_fds(struct msghdr *m, union control *c, const int *fds,
                    size_t n)
{
    if (n == 0)
        return;
    memset(c, 0, sizeof *c);
    m->msg_control = c->bytes;
    m->msg_controllen = CMSG_SPACE(n * sizeof(int));
    struct cmsghdr *h = CMSG_FIRSTHDR(m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(h), fds, n * sizeof(int));
}

int packet_send(int socket, struct jval *head, const int *fds, size_t n_fds,
                struct err *e)
{
    struct str t;
    union control c;
    str_init(&t, PACKET_MAX_BYTES);
    jval_print(head, false, &t);
    jval_free(head);
    struct iovec v = {t.s, t.len};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    put_fds(&m, &c, fds, n_fds);
    ssize_t sent = -1;
    if (t.failed || n_fds > PACKET_MAX_FDS)
        errno = EMSGSIZE;
    else
        do
            sent = sendmsg(socket, &m, MSG_NOSIGNAL);
        while (sent < 0 && errno == EINTR);
    str_done(&t);
    return sent >= 0 ? 0
                     : err_set(e, errno == EAGAIN ? ERR_BUSY : ERR_SYS,
                               "send: %s", strerror(errno));
}

/* The first max_fds descriptors to ret, the rest is closed. */
static size_t take_fds(struct msghdr *m, int *ret, size_t max_fds)
{
    size_t n = 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        size_t came = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < came; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
            if (n < max_fds)
                ret[n++] = fd;
            else
                close(fd);
        }
    }
    return n;
}

int packet_receive(int socket, bool waits, struct jval **ret_head, int *ret_fds,
                   size_t max_fds, size_t *ret_n, struct err *e)
{
    char bytes[PACKET_MAX_BYTES];
    union control c;
    struct iovec v = {bytes, sizeof bytes};
    struct msghdr m = {.msg_iov = &v,
                       .msg_iovlen = 1,
                       .msg_control = c.bytes,
                       .msg_controllen = sizeof c.bytes};
    ssize_t n;
    do
        n = recvmsg(socket, &m, (waits ? 0 : MSG_DONTWAIT) | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    *ret_n = 0;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (n <= 0)
        return err_set(e, ERR_SYS, "receive: %s",
                       n < 0 ? strerror(errno) : "closed");
    *ret_n = take_fds(&m, ret_fds, max_fds);
    if (!(m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
        jval_parse(bytes, (size_t)n, ret_head, e) == 0)
        return 1;
    for (size_t i = 0; i < *ret_n; i++)
        close(ret_fds[i]);
    *ret_n = 0;
    return err_set(e, ERR_FORMAT, "a packet that is none");
}
