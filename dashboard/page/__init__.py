"""The page's components: layout, controls, sections, Dash callbacks."""
