from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="Adam against descent",
    link="run=adam&run=gd,learning_rate:0.001&run=heavy_ball",
    sentence="Three methods from one start, each with its ODE limit.",
    order=5,
)
