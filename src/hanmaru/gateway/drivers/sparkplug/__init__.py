"""Sparkplug B over MQTT, as host application. Source: Eclipse Sparkplug 3.0.0 (16 November 2022)."""
