"""Small devices on serial lines: scales, label printers, card readers."""
