/* Hanmaru tag reader: Arduino and MFRC522 (RC522), 13.56 MHz cards and labels, one line a card on USB.
 * Wiring, the format of the lines and how cards are written: README.md beside this file.
 * Library: MFRC522 1.4.x by GithubCommunity (Library Manager).
 */
#include <MFRC522.h>
#include <SPI.h>
#ifdef __AVR__
#include <avr/wdt.h>
#endif

#include "line_format.h"

const uint8_t FIRMWARE_VERSION[] = {1, 0};

/* One entry an antenna (RC522 board); they share SPI and RST, each has its own SS. Antennas count from 1. */
const uint8_t SS_PINS[] = {10};
const uint8_t RST_PIN = 9;
const uint8_t LED_PIN = 7; /* not 13: that is the SPI clock */
const uint8_t BUZZER_PIN = 6;

const uint32_t GONE_MS = 700;    /* a card not seen for so long has been taken away */
const uint32_t ALIVE_MS = 5000;  /* a sign of life, so that a dead cable is noticed */
const uint32_t LED_MS = 120;
const uint8_t MAX_CARDS = 8;     /* cards in one field at a time */
const uint8_t EPC_BLOCK = 4;     /* MIFARE Classic block 4; NTAG and Ultralight pages 4-7 */

enum trouble { NO_CHIP = 1, CARD_LOST = 2, TOO_MANY_CARDS = 3 };

const uint8_t ANTENNAS = sizeof(SS_PINS);

struct Seen {
  uint8_t uid[10];
  uint8_t size; /* 0: this place is free */
  uint8_t antenna;
  uint32_t at;
};

MFRC522 chips[ANTENNAS];
Seen seen[MAX_CARDS];
uint32_t sequence = 0;
uint32_t lastAlive = 0;
uint32_t ledSince = 0;

void sendLine(char kind, uint8_t antenna, const uint8_t *data, uint8_t count) {
  char line[HM_LINE_SIZE];
  hm_format_line(line, kind, ++sequence, millis(), antenna, data, count);
  Serial.print(line);
}

void sendTrouble(uint8_t antenna, uint8_t code) {
  sendLine(HM_TROUBLE, antenna, &code, 1);
  tone(BUZZER_PIN, 220, 400);
}

void feedback(bool hasEpc) {
  digitalWrite(LED_PIN, HIGH);
  ledSince = millis();
  tone(BUZZER_PIN, hasEpc ? 2000 : 800, hasEpc ? 60 : 180);
}

bool chipAnswers(uint8_t antenna) {
  byte version = chips[antenna - 1].PCD_ReadRegister(MFRC522::VersionReg);
  return version != 0x00 && version != 0xFF;
}

/* Answers the place of a card in the list, or of a free one; MAX_CARDS when the list is full. */
uint8_t placeOf(const MFRC522::Uid &uid, uint8_t antenna) {
  uint8_t place = MAX_CARDS;
  for (uint8_t i = 0; i < MAX_CARDS; i++) {
    if (seen[i].size == uid.size && seen[i].antenna == antenna && memcmp(seen[i].uid, uid.uidByte, uid.size) == 0)
      return i;
    if (seen[i].size == 0 && place == MAX_CARDS)
      place = i;
  }
  return place;
}

void forgetCardsTakenAway() {
  for (uint8_t i = 0; i < MAX_CARDS; i++)
    if (seen[i].size && millis() - seen[i].at > GONE_MS)
      seen[i].size = 0;
}

/* Reads the 16 bytes of the block that may hold a tag number. False: the card was taken away or does not let us. */
bool readBlock(MFRC522 &chip, uint8_t *block) {
  byte buffer[HM_BLOCK_BYTES + 2]; /* the library wants room for the CRC */
  byte size = sizeof(buffer);
  MFRC522::PICC_Type type = chip.PICC_GetType(chip.uid.sak);
  if (type == MFRC522::PICC_TYPE_MIFARE_MINI || type == MFRC522::PICC_TYPE_MIFARE_1K ||
      type == MFRC522::PICC_TYPE_MIFARE_4K) {
    MFRC522::MIFARE_Key factoryKey;
    memset(factoryKey.keyByte, 0xFF, sizeof(factoryKey.keyByte));
    if (chip.PCD_Authenticate(MFRC522::PICC_CMD_MF_AUTH_KEY_A, EPC_BLOCK, &factoryKey, &chip.uid) !=
        MFRC522::STATUS_OK)
      return false;
  }
  if (chip.MIFARE_Read(EPC_BLOCK, buffer, &size) != MFRC522::STATUS_OK)
    return false;
  memcpy(block, buffer, HM_BLOCK_BYTES);
  return true;
}

void report(MFRC522 &chip, uint8_t antenna) {
  uint8_t block[HM_BLOCK_BYTES];
  bool hasEpc = readBlock(chip, block) && hm_block_has_epc(block);
  if (hasEpc)
    sendLine(HM_EPC, antenna, block, HM_EPC_BYTES);
  else
    sendLine(HM_UID, antenna, chip.uid.uidByte, chip.uid.size);
  feedback(hasEpc);
}

/* One selected card: told once while it lies there, told again when it comes back. */
void meet(MFRC522 &chip, uint8_t antenna) {
  uint8_t place = placeOf(chip.uid, antenna);
  if (place == MAX_CARDS) {
    sendTrouble(antenna, TOO_MANY_CARDS);
    return;
  }
  bool isNew = seen[place].size == 0;
  memcpy(seen[place].uid, chip.uid.uidByte, chip.uid.size);
  seen[place].size = chip.uid.size;
  seen[place].antenna = antenna;
  if (isNew)
    report(chip, antenna);
  seen[place].at = millis();
}

/* Several cards in the field collide in their answers; selecting picks one bit by bit (ISO 14443-3 anticollision).
 * It is then put to sleep, so that the next request reaches the others. All are woken at the start of each round. */
void visit(uint8_t antenna) {
  MFRC522 &chip = chips[antenna - 1];
  byte answer[2];
  byte size = sizeof(answer);
  MFRC522::StatusCode woken = chip.PICC_WakeupA(answer, &size);
  if (woken != MFRC522::STATUS_OK && woken != MFRC522::STATUS_COLLISION)
    return;
  for (uint8_t i = 0; i < MAX_CARDS; i++) {
    if (i > 0 && !chip.PICC_IsNewCardPresent())
      return;
    if (!chip.PICC_ReadCardSerial()) {
      /* taken away while it was being selected: not worth a sound, worth a line */
      uint8_t code = CARD_LOST;
      sendLine(HM_TROUBLE, antenna, &code, 1);
      return;
    }
    meet(chip, antenna);
    chip.PICC_HaltA();
    chip.PCD_StopCrypto1();
  }
}

void startChip(uint8_t antenna) {
  chips[antenna - 1].PCD_Init(SS_PINS[antenna - 1], RST_PIN);
  chips[antenna - 1].PCD_SetAntennaGain(MFRC522::RxGain_max);
}

void signOfLife() {
  if (millis() - lastAlive < ALIVE_MS)
    return;
  lastAlive = millis();
  for (uint8_t antenna = 1; antenna <= ANTENNAS; antenna++) {
    if (chipAnswers(antenna)) {
      sendLine(HM_ALIVE, antenna, NULL, 0);
    } else {
      sendTrouble(antenna, NO_CHIP);
      startChip(antenna);
    }
  }
}

void setup() {
  Serial.begin(115200);
  pinMode(LED_PIN, OUTPUT);
  pinMode(BUZZER_PIN, OUTPUT);
  SPI.begin();
  for (uint8_t antenna = 1; antenna <= ANTENNAS; antenna++)
    startChip(antenna);
  sendLine(HM_BOOT, 1, FIRMWARE_VERSION, sizeof(FIRMWARE_VERSION));
#ifdef __AVR__
  wdt_enable(WDTO_4S); /* a hung SPI bus restarts the board; the power-on line then tells of it */
#endif
}

void loop() {
#ifdef __AVR__
  wdt_reset();
#endif
  for (uint8_t antenna = 1; antenna <= ANTENNAS; antenna++)
    visit(antenna);
  forgetCardsTakenAway();
  signOfLife();
  if (millis() - ledSince > LED_MS)
    digitalWrite(LED_PIN, LOW);
}
