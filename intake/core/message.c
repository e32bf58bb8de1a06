/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * SOCK_SEQPACKET keeps the borders of messages, so there is no half of one to
 * wait for and a torn one cannot shift the next. Numbers are in the machine's
 * order: both ends are the same program.
 */

#define _GNU_SOURCE

#include "intake/core/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/memfile.h"
#include "base/utf8.h"

enum { MAGIC = 0x31676d73, TIMEOUT_S = 5, SOCKET_BYTES = 4 << 20 };

struct head {
    uint32_t magic;
    uint16_t kind, fields;
    uint64_t id;
};

struct field_head {
    uint32_t tag, n;
};

static const char field_kinds[] = {
#define T             'T'
#define B             'B'
#define F(name, kind) kind,
    MESSAGE_FIELDS(F)
#undef F
#undef T
#undef B
};

void message_init(struct message *m, enum message_kind kind, uint64_t id)
{
    memset(m, 0, sizeof *m);
    m->kind = kind;
    m->id = id;
    m->fd = -1;
}

void message_set_bytes(struct message *m, enum message_field f, const void *s,
                       size_t n)
{
    m->field[f].s = s;
    m->field[f].n = n;
}

void message_set(struct message *m, enum message_field f, const char *s)
{
    message_set_bytes(m, f, s, s ? strlen(s) : 0);
}

void message_set_int(struct arena *a, struct message *m, enum message_field f,
                     long long v)
{
    message_set(m, f, arena_printf(a, "%lld", v));
}

const char *message_text(const struct message *m, enum message_field f,
                         const char *otherwise)
{
    return m->field[f].s ? m->field[f].s : otherwise;
}

long long message_int(const struct message *m, enum message_field f,
                      long long otherwise)
{
    char *end;
    const char *s = m->field[f].s;
    if (!s || !*s)
        return otherwise;
    long long v = strtoll(s, &end, 10);
    return *end ? otherwise : v;
}

/* --- out --------------------------------------------------------------- */

static size_t put(char *bytes, size_t at, const void *p, size_t n)
{
    if (n)
        memcpy(bytes + at, p, n);
    return at + n;
}

/* The packet; 0 when it would be too long. */
static size_t encode(const struct message *m, bool body_beside,
                     char bytes[MESSAGE_BYTES])
{
    struct head head = {MAGIC, (uint16_t)m->kind, 0, m->id};
    size_t at = sizeof head;
    for (uint32_t f = 0; f < MESSAGE_FIELD_COUNT; f++) {
        if (!m->field[f].s || (f == FIELD_BODY && body_beside))
            continue;
        struct field_head field = {f, (uint32_t)m->field[f].n};
        if (m->field[f].n > MESSAGE_BYTES ||
            at + sizeof field + m->field[f].n + 1 > MESSAGE_BYTES)
            return 0;
        at = put(bytes, at, &field, sizeof field);
        at = put(bytes, at, m->field[f].s, m->field[f].n);
        at = put(bytes, at, "", 1);
        head.fields++;
    }
    put(bytes, 0, &head, sizeof head);
    return at;
}

static int send_packet(int socket, const char *bytes, size_t n, int fd,
                       struct err *e)
{
    struct iovec part = {(void *)(uintptr_t)bytes, n};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        packet.msg_control = &control;
        packet.msg_controllen = sizeof control.room;
        struct cmsghdr *c = CMSG_FIRSTHDR(&packet);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    while (sendmsg(socket, &packet, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return err_set(e, ERR_SYS, "a message could not be sent: %s",
                           strerror(errno));
    return 0;
}

int message_send(int socket, const struct message *m, struct err *e)
{
    char bytes[MESSAGE_BYTES];
    bool beside = m->fd < 0 && m->field[FIELD_BODY].n > MESSAGE_BODY_BYTES;
    int fd = m->fd;
    size_t n = encode(m, beside, bytes);
    if (n == 0)
        return err_set(e, ERR_LIMIT, "a message of kind %d is too long",
                       (int)m->kind);
    if (beside &&
        memfile_new(m->field[FIELD_BODY].s, m->field[FIELD_BODY].n, &fd, e))
        return ERR_SYS;
    int r = send_packet(socket, bytes, n, fd, e);
    if (beside)
        close(fd);
    return r;
}

/* --- in ---------------------------------------------------------------- */

static int parse_field(const char *bytes, size_t n, size_t *at,
                       struct message *ret, struct err *e)
{
    struct field_head h;
    if (n - *at < sizeof h)
        return err_set(e, ERR_FORMAT, "a field is cut off");
    memcpy(&h, bytes + *at, sizeof h);
    *at += sizeof h;
    if (h.tag >= MESSAGE_FIELD_COUNT || ret->field[h.tag].s)
        return err_set(e, ERR_FORMAT, "field %u: unknown or twice", h.tag);
    if (h.n >= n - *at || bytes[*at + h.n] != '\0')
        return err_set(e, ERR_FORMAT, "field %u: longer than its packet",
                       h.tag);
    if (field_kinds[h.tag] == 'T' && !utf8_is_valid(bytes + *at, h.n))
        return err_set(e, ERR_FORMAT, "field %u: no text", h.tag);
    message_set_bytes(ret, (enum message_field)h.tag, bytes + *at, h.n);
    *at += h.n + 1;
    return 0;
}

int message_parse(const char *bytes, size_t n, struct message *ret,
                  struct err *e)
{
    struct head head;
    size_t at = sizeof head;
    if (n < sizeof head)
        return err_set(e, ERR_FORMAT, "a message of %zu bytes", n);
    memcpy(&head, bytes, sizeof head);
    if (head.magic != MAGIC || head.kind == 0 || head.kind > MESSAGE_LAST)
        return err_set(e, ERR_FORMAT, "no message");
    message_init(ret, (enum message_kind)head.kind, head.id);
    for (unsigned i = 0; i < head.fields; i++)
        if (parse_field(bytes, n, &at, ret, e))
            return ERR_FORMAT;
    if (at != n)
        return err_set(e, ERR_FORMAT, "a message with something behind it");
    return 0;
}

/* The descriptor beside a packet; further ones, which nobody sends, close. */
static int take_fd(struct msghdr *packet)
{
    int first = -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(packet); c;
         c = CMSG_NXTHDR(packet, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (first < 0)
                first = fd;
            else
                close(fd);
        }
    }
    return first;
}

int message_take(int socket, struct arena *a, bool wait, struct message *ret,
                 struct err *e)
{
    char bytes[MESSAGE_BYTES];
    struct iovec part = {bytes, sizeof bytes};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(4 * sizeof(int))];
    } control;
    struct msghdr packet = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control.room};
    int flags = MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT);
    ssize_t n;
    while ((n = recvmsg(socket, &packet, flags)) < 0 && errno == EINTR)
        ;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (n <= 0)
        return err_set(e, ERR_SYS, "the other process is gone");
    int fd = take_fd(&packet);
    int r = packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)
                ? err_set(e, ERR_FORMAT, "a message is too long")
                : message_parse(arena_memdup(a, bytes, (size_t)n), (size_t)n,
                                ret, e);
    if (r) {
        if (fd >= 0)
            close(fd);
        return r;
    }
    ret->fd = fd;
    return 1;
}

int message_pair(int ret_sockets[2], struct err *e)
{
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    const int room = SOCKET_BYTES;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_sockets))
        return err_set(e, ERR_SYS, "socketpair: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        /* The kernel may give less room, which only means less waiting. */
        setsockopt(ret_sockets[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        if (setsockopt(ret_sockets[i], SOL_SOCKET, SO_SNDTIMEO, &timeout,
                       sizeof timeout))
            return err_set(e, ERR_SYS, "setsockopt: %s", strerror(errno));
    }
    return 0;
}

int message_read_file(struct arena *a, int fd, size_t max_bytes,
                      const char **ret, size_t *ret_n, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
        return err_set(e, ERR_FORMAT, "no file beside the message");
    if ((uintmax_t)st.st_size > max_bytes)
        return err_set(e, ERR_LIMIT, "%lld bytes beside the message",
                       (long long)st.st_size);
    size_t n = (size_t)st.st_size, at = 0;
    char *bytes = arena_alloc(a, n + 1, 1);
    while (at < n) {
        ssize_t got = pread(fd, bytes + at, n - at, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(e, ERR_FORMAT, "the file beside the message shrank");
        at += (size_t)got;
    }
    *ret = bytes;
    *ret_n = n;
    return 0;
}
