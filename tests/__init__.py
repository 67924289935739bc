"""Tests: unit/ mirrors src; contracts/ races/ chaos/ browser/ architecture/ are named after what they show."""
