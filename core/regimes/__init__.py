"""Adam's regimes: the statistics of a run's tail, the rule that names a regime, and the map."""
