"""Plain MQTT: topics by pattern, payloads a number, a text, a flag or JSON."""
