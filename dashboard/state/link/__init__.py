"""The link that holds the page's state.

A link is a query string: ``f`` objective (name or formula), its own parameters by name, ``x``, ``y`` the start,
``steps``, ``run`` once per run (``adam,flow:modified,learning_rate:0.001,a:1,b:100``, its ``flow`` being which of its
ODE limits is meant), ``edit`` the run whose controls are shown, ``v`` the version, and every field that State declares
as `linked`: ``flow`` whether ODE limits are drawn, ``landscape`` what its slot shows, ``coordinate`` of the phase,
``follow`` whether the view follows the paths, ``scale`` and ``window`` of the curves, ``view`` and ``span`` the
zoomed ranges of landscape and curves, ``at`` the step looked at, if it is not the end, ``overlays`` what is drawn of
that step; ``rises``, ``fall_decades``, ``crest``, ``narrow`` and ``wide`` the numbers of the rule that names regimes;
of the map ``plane``, ``box``, ``layer``, ``dynamics``, ``lines`` and ``horizon``; ``large`` the slot in the
large place. Defaults are left out; `decode` reads any text to the nearest valid state and says what it changed.

Beside this package, query.py splits a link's text into names and values, names.py finds a name in another spelling,
written.py reads numbers, and kinds.py declares how each kind of field is read.
"""

from dashboard.state.link.decoding import VERSION, decode
from dashboard.state.link.encoding import encode
from dashboard.state.link.objective import refused_objective
from dashboard.state.query import MAXIMUM_LINK

__all__ = ["MAXIMUM_LINK", "VERSION", "decode", "encode", "refused_objective"]
