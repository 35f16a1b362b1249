from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="rippling",
    link="run=adam,a:10,b:10",
    sentence="a and b alike: a small, steady ripple.",
    order=2,
)
