"""One module a command of the command line: it reads what was asked and hands it to the room that does it."""
