"""Tools of the project's own house: translations and generated documentation."""
