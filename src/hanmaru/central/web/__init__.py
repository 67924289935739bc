"""The shell of the pages: base templates, parts, live updates, the API's root."""
