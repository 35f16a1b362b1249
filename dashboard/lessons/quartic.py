from dashboard.lessons import Lesson

LESSON = Lesson(
    title="the quartic, calm",
    link="f=quartic",
    sentence="No curvature at the minimum: the curvature fades together with v, and Adam never spikes.",
    order=4,
)
