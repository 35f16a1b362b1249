from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="the quartic, calm",
    link="f=quartic",
    sentence="No curvature at the minimum: the curvature fades together with v, and Adam does not spike here. "
    "With ε = 0 and a near 1.9 b it does.",
    order=4,
)
