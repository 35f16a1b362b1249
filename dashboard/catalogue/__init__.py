"""What the page offers by name: planes of the map, its layers and lines, curves. Core is all it knows."""
