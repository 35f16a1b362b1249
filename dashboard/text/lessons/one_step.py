from dashboard.text.lessons import Lesson

LESSON = Lesson(
    title="one step, taken apart",
    link="at=1500&overlays=gradient,momentum,step,rates,mirror",
    sentence="Divided by √v the momentum turns: the step goes to the lowest point of a quadratic that v has stretched.",
    order=6,
)
