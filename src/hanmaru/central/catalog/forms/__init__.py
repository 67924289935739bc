"""What people type into the catalogue's pages."""
