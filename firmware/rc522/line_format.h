/* The line that the reader prints, and the tag number in a card's memory: plain C with no hardware in it, so that the
 * same code is compiled into the sketch and into the tests of the computer that reads the lines.
 *
 *     $HM,<kind>,<sequence>,<millis>,<antenna>,<data in hex>*<CRC-16>\r\n
 *
 * CRC-16/CCITT (polynomial 0x1021, begun with 0xFFFF) of the characters between '$' and '*'.
 */
#ifndef HANMARU_LINE_FORMAT_H
#define HANMARU_LINE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum {
    HM_EPC_BYTES = 12,
    HM_BLOCK_BYTES = 16,
    HM_MAX_DATA = 16,
    /* "$HM,E," 6, two numbers of 10 digits and commas 22, antenna and comma 4, data 32, "*CCCC\r\n" 7, end 1 */
    HM_LINE_SIZE = 72
};

enum hm_kind { HM_BOOT = 'B', HM_ALIVE = 'A', HM_EPC = 'E', HM_UID = 'U', HM_TROUBLE = 'X' };

static inline uint16_t hm_crc16(const uint8_t *bytes, size_t count)
{
    uint16_t crc = 0xFFFF;
    while (count--) {
        crc ^= (uint16_t)(*bytes++ << 8);
        for (uint8_t bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
    }
    return crc;
}

static inline char *hm_put_hex(char *out, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
    return out;
}

static inline char *hm_put_number(char *out, uint32_t number)
{
    char reversed[10];
    uint8_t count = 0;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count)
        *out++ = reversed[--count];
    return out;
}

/* Writes one line with its end and a closing zero into `out`, which has HM_LINE_SIZE bytes. Data beyond HM_MAX_DATA
 * bytes is left out. Returns the length without the zero. */
static inline size_t hm_format_line(char *out, char kind, uint32_t sequence, uint32_t millis, uint8_t antenna,
                                    const uint8_t *data, uint8_t count)
{
    char *at = out;
    uint16_t crc;
    *at++ = '$';
    *at++ = 'H';
    *at++ = 'M';
    *at++ = ',';
    *at++ = kind;
    *at++ = ',';
    at = hm_put_number(at, sequence);
    *at++ = ',';
    at = hm_put_number(at, millis);
    *at++ = ',';
    at = hm_put_number(at, antenna);
    *at++ = ',';
    for (uint8_t i = 0; i < count && i < HM_MAX_DATA; i++)
        at = hm_put_hex(at, data[i]);
    crc = hm_crc16((const uint8_t *)out + 1, (size_t)(at - out - 1));
    *at++ = '*';
    at = hm_put_hex(at, (uint8_t)(crc >> 8));
    at = hm_put_hex(at, (uint8_t)crc);
    *at++ = '\r';
    *at++ = '\n';
    *at = 0;
    return (size_t)(at - out);
}

/* A card's block 4 carries a tag number as: 12 bytes number, 'H', 12, CRC-16 of the 14 bytes before, high byte first.
 * Returns 1 if it does; the number is then the first HM_EPC_BYTES bytes of the block. */
static inline int hm_block_has_epc(const uint8_t *block)
{
    uint16_t crc = hm_crc16(block, HM_EPC_BYTES + 2);
    return block[12] == 'H' && block[13] == HM_EPC_BYTES && block[14] == (uint8_t)(crc >> 8) &&
           block[15] == (uint8_t)crc;
}

#endif
