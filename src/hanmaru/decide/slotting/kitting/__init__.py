"""Kitting supply: materials in adjacent bins of racks along aisles, kits picked by walking into aisles."""
