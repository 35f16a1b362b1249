"""What the browser tests share: opening the page, waiting until it is at rest, reading what it shows."""

import json
import time
import urllib.parse
from contextlib import contextmanager

from dashboard.state import as_json, decode

HOST = "127.0.0.1"
TIMEOUT = 180_000  # milliseconds: only a page that never gets there takes so long, be the machine as busy as it may

# Keeps count of what the page has put off: frames, and timers of less than `long` ms (longer ones only tidy up). A
# timer counts until what it does is done, so that of a chain of them there is always one. What asks for the next frame
# within each, as a scene in space does, draws on and on and puts nothing off.
DUE = """() => {
  const long = 5000, timers = new Set(), frames = new Set();
  const { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame } = window;
  let inFrame = false;
  const counted = (due, ask, drop) => [
    (act, delay, ...given) => {
      const id = ask.call(window, (...told) => {
        inFrame = due === frames;
        try {
          act(...told);
        } finally {
          inFrame = false;
          due.delete(id);
        }
      }, delay, ...given);
      if (!(delay >= long) && !(inFrame && due === frames)) due.add(id);
      return id;
    },
    (id) => {
      due.delete(id);
      drop.call(window, id);
    },
  ];
  [window.setTimeout, window.clearTimeout] = counted(timers, setTimeout, clearTimeout);
  const frame = counted(frames, requestAnimationFrame, cancelAnimationFrame);
  [window.requestAnimationFrame, window.cancelAnimationFrame] = frame;
  window.due = { timers, frames, pause: (ms) => new Promise((resolve) => setTimeout.call(window, resolve, ms)) };
}"""

# Whether what is drawn answers the state, and the address holds the state.
AT_REST = """async () => {
  const A = window.adamoscope;
  if (!A?.ready || document.fonts.status !== "loaded" || window.due.frames.size) return false;
  const kinds = ["runs", "landscape", ...(A.state.flow ? ["flows"] : [])];
  const idle = () => kinds.every((kind) => !A.channels[kind].busy && !A.channels[kind].next);
  if (!idle() || !A.shown.runs || (A.state.flow && !A.shown.flows) || !A.ground) return false;
  const link = A.link(), pictured = A.pictureLink(), ranges = A.plots.landscape.ranges(), [x0, x1] = ranges;
  // Plotly keeps the scales equal to some digits less than the page does before Plotly is there
  const near = (text, i) => Math.abs(Number(text) - ranges[i]) < 1e-6 * (x1 - x0);
  const answers = (question) => ["x0", "x1", "y0", "y1"].map((name) => question[name]).every(near);
  if (!kinds.every((kind) => answers(A.channels[kind].question))) return false;
  const answered = (kind) => A.channels[kind].question.link === pictured;
  if (!answered("runs") || (A.state.flow && (!answered("flows") || A.channels.flows.question.draft))) return false;
  const answer = await A.askState(link);
  return A.link() === link && idle() && answer.link === window.location.search.slice(1);
}"""

# Whether the page will do nothing more by itself: nothing is put off, nothing asked for.
IDLE = """() => !window.due.timers.size && !window.due.frames.size
  && Object.values(window.adamoscope.channels).every((channel) => !channel.busy && !channel.next)"""

# What there is still to come, to be told where it does not.
STILL_DUE = """() => ({ frames: window.due.frames.size, timers: window.due.timers.size,
  link: window.adamoscope.link?.(), asked: Object.fromEntries(Object.entries(window.adamoscope.channels ?? {})
    .filter(([, channel]) => channel.busy || channel.next).map(([name, channel]) => [name, channel.question])) })"""

TWO_FRAMES = "async () => { for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); }"

# However late a busy machine answers, the connection is not to be given up for it.
PATIENT = f"window.adamoscope = {{ patience: {TIMEOUT} }};"

# Frames and the time of day come from the test: `byHand.frame(ms)` draws the next frame so many ms after the last one.
BY_HAND = """() => {
  const { requestAnimationFrame, cancelAnimationFrame } = window, asked = new Map();
  let time = performance.now(), last = 0;
  window.requestAnimationFrame = (act) => (asked.set(--last, act), last);
  window.cancelAnimationFrame = (id) => asked.delete(id) || cancelAnimationFrame.call(window, id);
  performance.now = () => time;
  window.byHand = {
    frame(ms) {
      time += ms;
      const acts = [...asked.values()];
      asked.clear();
      for (const act of acts) act(time);
    },
    end() {
      Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
      delete performance.now;
      for (const act of asked.values()) requestAnimationFrame(act);
    },
  };
}"""


def leaves_the_machine(url):
    parts = urllib.parse.urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != HOST


def watch(context, complaints):
    """Write down the errors, failed requests and requests to elsewhere of every page in a context."""

    def on_console(message):
        if message.type == "error":
            complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_request(url):
        if leaves_the_machine(url):
            complaints.append(f"leaves the machine: {url}")

    def on_request_failed(request):
        # Aborted requests are those that the page itself dropped, as on a reload.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"request failed: {request.url} ({request.failure})")

    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(f"page error: {error.error}"))
    context.on("request", lambda request: on_request(request.url))
    context.on("requestfailed", on_request_failed)
    context.on("page", lambda page: page.on("websocket", lambda socket: on_request(socket.url)))


@contextmanager
def visitor(browser, complaints, width=1440, height=900, **options):
    """A watched page in a fresh context, with a listener for its questions."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    try:
        watch(context, complaints)
        context.add_init_script(f"({DUE})(); {PATIENT}")
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        yield page
    finally:
        context.close()


def open_page(page, server, link=""):
    """Go to the page with a link, and wait until it is at rest."""
    response = page.goto(f"{server}/{link and '?' + link}", timeout=TIMEOUT)
    assert response.status == 200
    at_rest(page)


def restore(page, link=""):
    """Adopt a link as the back button does, without loading the page again."""
    page.evaluate(
        """(link) => {
          adamoscope.state.left = true;
          window.history.replaceState(null, "", window.location.pathname + window.location.search);
          adamoscope.onlyPlaceMoved(); // from a place on the page, which a link "#..." of a test before has gone to
          window.history.pushState(null, "", `?${link}`);
          window.dispatchEvent(new PopStateEvent("popstate"));
        }""",
        link,
    )
    wait_for(page, "!adamoscope.state.left")
    at_rest(page)


def wait_for(page, condition, argument=None):
    """Wait until a JavaScript expression or function is true."""
    page.wait_for_function(condition, arg=argument, timeout=TIMEOUT)


def outcome(page, function, argument=None):
    """What an async JavaScript function gives in the end; an error where it gives nothing."""
    return page.evaluate(
        f"""([argument, timeout]) => {{
          const late = () => Promise.reject(new Error(`no outcome within ${{timeout}} ms`));
          return Promise.race([({function})(argument), window.due.pause(timeout).then(late)]);
        }}""",
        [argument, TIMEOUT],
    )


def until(page, condition, pause):
    """Whether an async JavaScript function comes to be true; asked anew after a pause of so many ms."""
    return page.evaluate(
        f"""async (timeout) => {{
          const condition = {condition};
          let over = false;
          const late = window.due.pause(timeout).then(() => !(over = true));
          const asked = async () => {{
            while (!over && !(await condition())) await window.due.pause({pause});
            return !over;
          }};
          return Promise.race([asked(), late]);
        }}""",
        TIMEOUT,
    )


@contextmanager
def by_hand(page):
    """Frames and the time of day come from the test alone (see BY_HAND)."""
    page.evaluate(BY_HAND)
    try:
        yield
    finally:
        page.evaluate("byHand.end()")


def at_rest(page):
    """Wait until the drawn answers are those of the state, and the address holds it."""
    assert until(page, AT_REST, 20), f"the page does not come to rest at {page.url}: {page.evaluate(STILL_DUE)}"


def idle(page):
    """Wait until the page will do nothing more by itself, whatever its timers are and however busy the machine is."""
    frames(page)  # what the browser tells of sizes and pointers comes with the next frame
    assert until(page, IDLE, 5), f"the page goes on and on at {page.url}: {page.evaluate(STILL_DUE)}"


def frames(page):
    """Wait for two frames, that what was asked of the browser before is done and drawn."""
    outcome(page, TWO_FRAMES)


def resize(page, width, height):
    """Give the window another size, and wait until all that follows it has followed."""
    page.set_viewport_size({"width": width, "height": height})
    idle(page)
    at_rest(page)


def map_ready(page, size):
    """Wait for the map of the present state in the given size."""
    at_rest(page)
    wait_for(
        page,
        "(size) => adamoscope.map?.size === size && !adamoscope.mapStale && !adamoscope.channels.map.busy",
        size,
    )


def state(page):
    return page.evaluate("adamoscope.state")


def address(page):
    """What the address bar holds: asked of the page, since on a busy machine Playwright hears of a change later."""
    return page.evaluate("location.href")


def address_state(page):
    """The state that the address bar holds, as the server reads it."""
    decoded, notes = decode(urllib.parse.urlsplit(address(page)).query)
    assert notes == []
    return json.loads(json.dumps(as_json(decoded)))


DRAWN = """() => JSON.stringify(["runs", "flows"].map((kind) =>
  Object.entries(adamoscope.shown[kind]?.arrays ?? {}).map(([name, array]) => [name, array.join()])))"""


def drawn(page):
    """The drawn arrays of runs and flows, as text that is equal only where every number is."""
    return page.evaluate(DRAWN)


def wait_until_redrawn(page, before):
    """Wait for drawn arrays that differ from those before."""
    wait_for(page, f"(before) => ({DRAWN})() !== before", before)


def slider(page, label):
    return page.get_by_role("slider", name=label, exact=True)


def field(page, label):
    return page.get_by_role("textbox", name=f"{label}, number", exact=True)


def enter(page, label, text):
    """Type a number into a parameter's field, as a person does."""
    field(page, label).fill(text)
    field(page, label).press("Enter")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def at_share(page, plot, u, v):
    """The page's pixel at shares (u, v) of a plot's axes, from their lower left corner."""
    return page.evaluate(
        """([name, u, v]) => {
          const plot = adamoscope.plots[name], box = plot.container.getBoundingClientRect();
          const { left, top, width, height } = plot.area();
          return [box.left + left + u * width, box.top + top + (1 - v) * height];
        }""",
        [plot, u, v],
    )


def data_at(page, plot, x, y):
    """The axes' values (log10 on log axes) under a pixel of the page, from Plotly's own conversion."""
    return page.evaluate(
        """([name, x, y]) => {
          const { graph, container } = adamoscope.plots[name], box = container.getBoundingClientRect();
          const { xaxis, yaxis } = graph._fullLayout;
          return [xaxis.p2l(x - box.left - xaxis._offset), yaxis.p2l(y - box.top - yaxis._offset)];
        }""",
        [plot, x, y],
    )


def drag(page, start, end, steps=6):
    """Press at one pixel, move to another, and stay down."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)


def clicks(page, places, times):
    """Clicks at these places, at these times in seconds by the events' own clock; between two the page draws."""
    session, first = page.context.new_cdp_session(page), time.time()
    for count, ((x, y), at) in enumerate(zip(places, times, strict=True), 1):
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": count}
            session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "timestamp": first + at} | button)
        frames(page)
    session.detach()


def double_click(page, x, y):
    """Two clicks that are a double one by their own clock: a busy machine may take any time between them."""
    clicks(page, [(x, y)] * 2, [0, 0.15])


def choose(page, dropdown, option):
    """Choose an option of one of Dash's dropdowns."""
    page.locator(f"#{dropdown}").click()
    page.get_by_role("option", name=option, exact=True).click()


def notice(page):
    """The text of the visible notice."""
    page.locator("#notice").wait_for(state="visible", timeout=TIMEOUT)
    return page.locator("#notice").inner_text()
