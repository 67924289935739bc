"""What is made and sold: products, options, variants, photos and tags."""
