"""Archives: their files as members."""
