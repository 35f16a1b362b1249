from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="Rosenbrock, spiking",
    link="",
    sentence="b far above a: v forgets slowly, the effective step grows while the gradient rests, and a burst follows.",
    order=1,
)
