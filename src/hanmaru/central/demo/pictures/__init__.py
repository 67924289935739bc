"""Product pictures of the made-up workshop, drawn by the program: no photo of anybody's goods is used."""
