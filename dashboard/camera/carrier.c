/* One frame to many viewers: header, payload, SRTP in place, and one system call for a run of equal packets.
 *
 * Does what `Plain` in carrier.py does, byte for byte, with no Python in between; tests/camera/test_carriers.py holds the two against
 * each other. libsrtp is not linked: the caller brings the address of srtp_protect in the binding that made the viewers' contexts.
 * For Linux. Whoever calls owns all that is pointed to; a desk serves one thread at a time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#ifndef FANOUT_VERSION /* of the source it was made from: compiled.py gives it, and takes no library that says another */
#define FANOUT_VERSION 0
#endif

enum { HEADER = 12, TRAILER_MOST = 144 /* of libsrtp */, LEVEL_UDP = 17, UDP_CUT = 103 /* linux/udp.h */ };

struct desk { /* where packets are written; `cuts` turns 0 when the kernel will not cut a run into datagrams */
    int (*protect)(void *context, void *packet, int *length);
    uint8_t *buffer;
    uint32_t room;
    int32_t cuts;
};
struct stream { /* what stays for as long as somebody looks; without an address the socket is connected */
    void *srtp;
    const void *extra;
    void *address;
    uint32_t extra_size, address_size, ssrc, kind;
};
struct parcel { /* payloads one behind the other, in runs of equal sizes of which the last may be shorter */
    const uint8_t *payloads;
    const uint16_t *sizes, *runs;
    uint32_t octets, packet_count, run_count;
    uint8_t extends, ends; /* whether packets carry the stream's extension; whether the last one has the marker */
};
struct order { /* one viewer. The call leaves the next sequence number, and as `fault` 0, an errno, or libsrtp's status below 0 */
    const struct stream *to;
    int32_t socket;
    uint32_t stamp;
    uint16_t sequence;
    int16_t fault;
};
struct run { /* the payloads to come, and what the buffer holds: its end, and where its first packet ends */
    const uint8_t *payload;
    const uint16_t *sizes;
    uint32_t packets, extra_size, end, segment;
    int ends;
};

/* Writes a run into the buffer, protected, and goes on behind its payloads. */
static int fill(const struct desk *desk, struct order *order, struct run *run)
{
    const struct stream *to = order->to;
    const uint32_t body = HEADER + run->extra_size, first = (run->extra_size ? 0x90u : 0x80u) << 24;
    run->end = run->segment = 0;
    for (uint32_t left = run->packets; left > 0; left--) {
        uint8_t *packet = desk->buffer + run->end;
        const uint32_t size = *run->sizes++, marker = run->ends && left == 1 ? 0x80 : 0;
        const uint32_t head[] = {htonl(first | (to->kind | marker) << 16 | order->sequence), htonl(order->stamp), htonl(to->ssrc)};
        int length = (int)(body + size), status;
        if ((uint64_t)run->end + body + size + TRAILER_MOST > desk->room)
            return EMSGSIZE;
        memcpy(packet, head, HEADER);
        if (run->extra_size)
            memcpy(packet + HEADER, to->extra, run->extra_size);
        memcpy(packet + body, run->payload, size);
        run->payload += size;
        order->sequence++;
        status = desk->protect(to->srtp, packet, &length);
        if (status)
            return -status;
        run->end += (uint32_t)length;
        run->segment = run->segment ? run->segment : run->end;
    }
    return 0;
}

/* One system call; with a segment, the kernel cuts the bytes into datagrams of that size. */
static int hand_over(const struct order *order, void *bytes, uint32_t size, uint16_t segment)
{
    union { uint8_t room[CMSG_SPACE(sizeof segment)]; struct cmsghdr head; } control = {{0}};
    struct iovec part = {bytes, size};
    struct msghdr message = {0};
    ssize_t sent;
    message.msg_name = order->to->address_size ? order->to->address : NULL;
    message.msg_namelen = order->to->address_size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (segment) {
        control.head.cmsg_level = LEVEL_UDP;
        control.head.cmsg_type = UDP_CUT;
        control.head.cmsg_len = CMSG_LEN(sizeof segment);
        memcpy(CMSG_DATA(&control.head), &segment, sizeof segment);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.room;
    }
    do
        sent = sendmsg(order->socket, &message, 0);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

/* What is in the buffer as one, or, where the kernel refuses that, packet by packet. */
static int deliver(struct desk *desk, const struct order *order, const struct run *run)
{
    int fault = 0;
    if (run->packets > 1 && desk->cuts && run->segment <= UINT16_MAX) {
        fault = hand_over(order, desk->buffer, run->end, (uint16_t)run->segment);
        if (fault != EINVAL && fault != EIO && fault != ENOPROTOOPT && fault != EOPNOTSUPP && fault != EMSGSIZE)
            return fault;
        desk->cuts = fault = 0;
    }
    for (uint32_t at = 0; at < run->end && !fault; at += run->segment) {
        const uint32_t left = run->end - at;
        fault = hand_over(order, desk->buffer + at, left < run->segment ? left : run->segment, 0);
    }
    return fault;
}

static int carry(struct desk *desk, const struct parcel *parcel, struct order *order)
{
    struct run run = {parcel->payloads, parcel->sizes, 0, parcel->extends ? order->to->extra_size : 0, 0, 0, 0};
    int fault = 0;
    for (uint32_t i = 0; i < parcel->run_count && !fault; i++) {
        run.packets = parcel->runs[i];
        run.ends = parcel->ends && i + 1 == parcel->run_count;
        fault = fill(desk, order, &run);
        fault = fault ? fault : deliver(desk, order, &run);
    }
    return fault;
}

/* Sends a parcel to everybody ordered for; what fails for one stands in that one's order and touches nobody else.
 * EINVAL, with nothing sent, for a parcel whose parts do not add up. */
int fanout_carry(struct desk *desk, const struct parcel *parcel, struct order *orders, size_t count)
{
    uint64_t octets = 0, packets = 0;
    for (uint32_t i = 0; i < parcel->packet_count; i++)
        octets += parcel->sizes[i];
    for (uint32_t i = 0; i < parcel->run_count; i++)
        packets += parcel->runs[i];
    if (octets != parcel->octets || packets != parcel->packet_count)
        return EINVAL;
    for (size_t i = 0; i < count; i++)
        orders[i].fault = (int16_t)carry(desk, parcel, &orders[i]);
    return 0;
}

uint64_t fanout_version(void)
{
    return FANOUT_VERSION;
}
