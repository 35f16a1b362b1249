"""The page: Dash for layout and choosers, data routes for pictures, small scripts between hand and pixels."""
