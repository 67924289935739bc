"""What stands on the plant floor, as data: tags, scans, reads. Pure: no clock, no file, no network."""
