/* Tries carrier.c under sanitizers: thousands of parcels of all shapes, each array exactly as long as it says, over a real socket.
 * Says how many datagrams arrived; ends at once, loudly, when something is read or written that is not ours, or a number is wrong. */
#include CARRIER

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 70000, TRAILER = 16, VIEWERS = 3, ROUNDS = 800 };

static uint32_t state = 1;

static uint32_t any(uint32_t most) /* 0 to most */
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % (most + 1);
}

static void expect(int truth, const char *what)
{
    if (!truth) {
        fprintf(stderr, "not so: %s\n", what);
        exit(1);
    }
}

static int protect(void *context, void *packet, int *length)
{
    uint8_t *bytes = packet;
    for (int i = HEADER; i < *length; i++)
        bytes[i] ^= *(uint8_t *)context;
    memset(bytes + *length, 0x5a, TRAILER);
    *length += TRAILER;
    return *(uint8_t *)context == 13 && any(9) == 0 ? 7 : 0; /* one viewer's context is out of order now and then */
}

static unsigned long drained(int socket)
{
    static uint8_t bytes[ROOM];
    unsigned long found = 0;
    ssize_t size;
    while ((size = recv(socket, bytes, sizeof bytes, 0)) > 0) {
        expect(size > HEADER + TRAILER && (bytes[0] & 0xef) == 0x80, "a packet has a header, a payload and a trailer");
        found++;
    }
    return found;
}

int main(void)
{
    uint8_t keys[VIEWERS] = {1, 13, 77}, *buffer = malloc(ROOM);
    struct desk desk = {protect, buffer, ROOM, 0};
    struct stream streams[VIEWERS];
    int near[VIEWERS], far[VIEWERS];
    unsigned long arrived = 0;
    for (int i = 0; i < VIEWERS; i++) {
        int pair[2];
        expect(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0, "there is a socket");
        near[i] = pair[0];
        far[i] = pair[1];
        streams[i] = (struct stream){&keys[i], "extension", NULL, i ? 8 : 0, 0, 0xfffffff0u + (uint32_t)i, 96};
    }
    for (int round = 0; round < ROUNDS; round++) {
        const uint32_t runs = any(4), widest = any(9) ? 1200 : 65535;
        uint16_t *lengths = malloc(runs * sizeof *lengths + 1), *sizes = malloc(runs * 60 * sizeof *sizes + 1);
        struct parcel parcel = {0};
        struct order orders[VIEWERS];
        uint8_t *payloads;
        desk.room = any(9) ? ROOM : any(ROOM);
        desk.cuts = any(1) == 1;
        for (uint32_t i = 0; i < runs; i++) {
            const uint32_t size = 1 + any(widest - 1);
            lengths[i] = (uint16_t)(1 + any(59));
            for (uint32_t j = 0; j < lengths[i]; j++) {
                sizes[parcel.packet_count++] = (uint16_t)size;
                parcel.octets += size;
            }
        }
        sizes = realloc(sizes, parcel.packet_count * sizeof *sizes + 1);
        payloads = calloc(parcel.octets + 1, 1);
        parcel.payloads = payloads;
        parcel.sizes = sizes;
        parcel.runs = lengths;
        parcel.run_count = runs;
        parcel.extends = any(1) == 1;
        parcel.ends = any(1) == 1;
        for (int i = 0; i < VIEWERS; i++)
            orders[i] = (struct order){&streams[i], any(19) ? near[i] : -1, any(0xffffff), (uint16_t)(0xffff - any(70)), 0};
        if (any(9) == 0) {
            parcel.octets += any(1) ? 1 : (uint32_t)-1;
            expect(fanout_carry(&desk, &parcel, orders, VIEWERS) == EINVAL, "what does not add up is refused");
        } else {
            expect(fanout_carry(&desk, &parcel, orders, VIEWERS) == 0, "what adds up is taken");
            for (int i = 0; i < VIEWERS; i++)
                expect(orders[i].fault >= 0 || (orders[i].fault == -7 && i == 1), "a fault is the kernel's, or that of a context");
        }
        for (int i = 0; i < VIEWERS; i++)
            arrived += any(2) ? drained(far[i]) : 0; /* sometimes the way is full */
        free(lengths);
        free(sizes);
        free(payloads);
    }
    free(buffer);
    printf("%lu\n", arrived);
    return 0;
}
