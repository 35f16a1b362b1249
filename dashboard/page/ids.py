"""The page's ids, shared by layout, callbacks and the scripts in assets/js."""

PAGE = "page"
SENTENCE, NOTICE, LIMITS, STATUS = "sentence", "notice", "limits", "status"
OBJECTIVE, FORMULA, FORMULA_REFUSAL = "objective", "formula", "formula-refusal"
UNDERSTOOD, UNDERSTOOD_FORMULA = "understood", "understood-formula"
RUNS, ADD, VARIANT = "runs", "add-run", "variant"
HELD = "held"
COMPILING = "compiling"
FLOW, CURVE_LABEL, FLOW_STATUS = "flow", "curve-label", "flow-status"
RULE = "rule"
PLAYER, INSPECTOR = "player", "inspector"
LANDSCAPE_VIEW = "landscape-view"
LESSONS = "lessons"
SAID = "said"  # what is told to screen readers only
THEME, SHARE = "theme", "share"
COMMITTED = "committed"  # the link of the last committed state: what server callbacks read
SPECIFICATION = "specification"
IGNORED = "ignored"  # output of clientside callbacks that act on the page's own store
