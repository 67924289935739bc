"""The plant in the pages: its tree, tags, connections and history, mirrored from beside the machines."""
