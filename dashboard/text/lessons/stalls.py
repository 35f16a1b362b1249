from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="stalling",
    link="run=adam,a:100,b:1",
    sentence="a far above b: the loss stays finite, but hangs high in a slow, wide swing.",
    order=3,
)
