"""The pages of companies and their people."""
