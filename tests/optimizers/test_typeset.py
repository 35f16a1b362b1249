"""The printed rules and ODEs, read again by a small reader of LaTeX and evaluated against what runs."""

import itertools
import math
import re

import numpy as np
import pytest

import core
from core.compile import typeset
from core.integrate.ode_limit import flow_values
from core.parameters import Choice

BY_HAND = ("adashift", "proximal_point")  # a sum over past gradients, an inner minimization: no formula to evaluate


def combinations(optimizer):
    """Every combination of the method's choices, with and without epsilon and weight decay."""
    method = core.OPTIMIZERS[optimizer]
    options = {p.name: p.choices for p in method.parameters if isinstance(p, Choice)}
    for name, other in (("epsilon", 1e-3), ("weight_decay", 0.1)):
        if name in {p.name for p in method.numeric}:
            options[name] = (0.0, other)
    for chosen in itertools.product(*options.values()):
        yield dict(zip(options, chosen, strict=True))


class Reader:
    """Evaluates LaTeX of the printer's kind: recursive descent over its tokens, in terms of given symbols."""

    TOKEN = re.compile(r"\\[a-zA-Z]+|\\[,\\| ]|\d+\.?\d*|[a-zA-Z]|[_^{}()+\-/=<&|,.*]")

    def __init__(self, symbols, gradient, hessian=None, prox=None):
        self.symbols, self.gradient, self.hessian = symbols, gradient, hessian

    def lines(self, latex):
        latex = re.sub(r"\\(begin|end)\{aligned\}", "", latex).replace("&", " ")
        latex = re.sub(r"\\begin\{cases\}(.*?)\\\\(.*?)\\end\{cases\}", self._one_line_case, latex)
        for line in latex.split(r"\\"):
            left, _, right = line.partition("=")
            yield left.strip(), right.strip().split(r",\quad")[0]

    @staticmethod
    def _one_line_case(found):
        yes, no = found[1], found[2].replace(r"\text{else}", "")
        return rf"\cases{{{yes}}}{{{no}}}"

    def value(self, text):
        self.tokens = [t for t in self.TOKEN.findall(text.replace(r"\left", "").replace(r"\right", "")) if t != r"\ "]
        self.at = 0
        result = self._sum()
        assert self.at == len(self.tokens), (text, self.tokens[self.at :])
        return result

    def _peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, expected=None):
        token = self._peek()
        assert token, self.tokens
        assert expected in (None, token), (expected, self.tokens)
        self.at += 1
        return token

    def _sum(self):
        total = -self._product() if self._peek() == "-" and self._take() else self._product()
        while self._peek() in ("+", "-"):
            total = total + self._product() if self._take() == "+" else total - self._product()
        return total

    def _product(self):
        total = self._power()
        while self._peek() in (r"\,", "/"):
            total = total * self._power() if self._take() == r"\," else self._divided(total)
        return total

    def _divided(self, above):
        return np.divide(above, self._power())

    def _power(self):
        base = self._atom()
        if self._peek() == "^":
            self._take()
            exponent = self._group() if self._peek() == "{" else self._atom()
            return base**exponent
        return base

    def _group(self):
        self._take("{")
        value = self._sum()
        self._take("}")
        return value

    def _bracket(self):
        self._take("(")
        values = [self._sum()]
        while self._peek() == ",":
            self._take()
            values.append(self._sum())
        self._take(")")
        return values

    def _atom(self):
        token = self._take()
        if token == "(":
            self.at -= 1
            return self._bracket()[0]
        if token == "|":
            value = self._sum()
            self._take("|")
            return np.abs(value)
        if token[0].isdigit():
            return self._number(token)
        if token in (r"\frac", r"\tfrac"):
            above = self._group()
            return np.divide(above, self._group())
        if token == r"\sqrt":
            return np.sqrt(self._group())
        if token in (r"\max", r"\min"):
            return (np.maximum if token == r"\max" else np.minimum)(*self._bracket())
        if token == r"\cos":
            return np.cos(self._bracket()[0])
        if token == r"\operatorname":
            self._take("{")
            assert "".join(self._take() for _ in "sign") == "sign"
            self._take("}")
            return np.sign(self._bracket()[0])
        if token == r"\cases":
            return self._cases()
        if token == r"\nabla":
            if self._peek() == "^":
                self._take(), self._take("2"), self._take("f")
                at = self._bracket()[0]
                self._take(r"\,")
                return self.hessian(at) @ self._power()
            self._take("f")
            return self.gradient(self._bracket()[0])
        if token == r"\|":
            value = self._sum()
            self._take(r"\|")
            return np.sqrt(value @ value)
        return self._symbol(token)

    def _number(self, token):
        value = float(token)
        if self._peek() == r"\cdot":
            self._take(), self._take("10"), self._take("^"), self._take("{")
            sign = -1 if self._peek() == "-" and self._take() else 1
            value *= 10.0 ** (sign * int(self._take()))
            self._take("}")
        return value

    def _cases(self):
        self._take("{")
        yes = self._sum()
        low = self._sum() if self._peek() not in ("<", "}") else yes
        self._take("<")
        high = self._sum()
        self._take("}")
        return np.where(low < high, yes, self._group())

    def _symbol(self, token):
        name = token
        if self._peek() == "_":
            self._take()
            name += "_"
            if self._peek() == "{":
                self._take()
                while self._peek() != "}":
                    name += self._take()
                self._take()
            else:
                name += self._take()
        if name == "e" and self._peek() == "^":
            self._take()
            return math.e ** self._group()
        return self.symbols[name]


def symbols_of(method, values):
    p = {q.symbol.replace("{", "").replace("}", ""): values[q.name] for q in method.numeric}
    return p | {r"\pi": math.pi}


CASES = [(name, given) for name in core.optimizers() if name not in BY_HAND for given in combinations(name)]


@pytest.mark.parametrize("optimizer", [name for name in core.optimizers() if name not in BY_HAND])
def test_the_printed_rule_is_the_one_that_runs(optimizer):
    method = core.OPTIMIZERS[optimizer]
    letters = {name: typeset.LETTERS[name] for name in method.state}
    for given in combinations(optimizer):
        run = core.run(optimizer, "rosenbrock", start=(-1.2, 0.7), steps=8, **given)
        latex, f = typeset.rule(method, run.parameters), run.objective
        assert latex.count("{") == latex.count("}")
        for k in range(len(run.loss) - 1):
            known = symbols_of(method, run.parameters) | {"k": float(k), "K": 8.0, "x_k": run.position[k]}
            known |= {f"{letter}_k": run.state[name][k] for name, letter in letters.items()}
            reader = Reader(known, lambda x, f=f: f.gradient(*x))
            for left, right in reader.lines(latex):
                with np.errstate(all="ignore"):
                    known[left.replace("{", "").replace("}", "")] = reader.value(right)
            found = np.where(np.isfinite(known["x_k+1"]), known["x_k+1"], run.position[k + 1])  # 0/0 is a zero step
            np.testing.assert_allclose(found, run.position[k + 1], rtol=1e-5, atol=1e-9, err_msg=f"{given} {latex}")


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_what_acts_is_printed_and_nothing_else(optimizer):
    method = core.OPTIMIZERS[optimizer]
    names = {p.name for p in method.parameters}
    for given in combinations(optimizer):
        values = core.resolved(optimizer, given)
        latex = typeset.rule(method, values)
        start = (0.3, -0.4)
        run = core.run(optimizer, "quadratic", start=start, steps=40, **given)
        if "epsilon" in names and given["epsilon"]:
            other = core.run(optimizer, "quadratic", start=start, steps=40, **given | {"epsilon": 2e-3})
            acts = np.any(run.position != other.position)
            assert (r"\epsilon" in latex) == acts, (given, latex)
        if "epsilon" in names and not given["epsilon"]:
            assert r"\epsilon" not in latex
        if given.get("epsilon") and "epsilon_inside_root" in names:
            inside = r"\epsilon}}" in latex  # closes the root and the fraction
            assert inside == given["epsilon_inside_root"], (given, latex)
        assert (r"\eta_{k+1}" in latex) == (given["learning_rate_schedule"] != "constant")
        if "bias_correction" in names:
            assert (r"\beta_2^{k+1}" in latex) == given["bias_correction"] or optimizer == "radam"


FLOWS = [
    (name, flow.name) for name in core.optimizers()
    for flow in core.OPTIMIZERS[name].limits_at(flow_values(core.OPTIMIZERS[name], {})) if flow.right_hand_side
]  # fmt: skip


@pytest.mark.parametrize(("optimizer", "variant"), FLOWS)
def test_the_printed_ode_is_the_one_that_is_integrated(optimizer, variant):
    """Its right-hand side against the slope of the solution."""
    method = core.OPTIMIZERS[optimizer]
    given = {"epsilon": 1e-2} if "epsilon" in {p.name for p in method.numeric} else {}
    values = flow_values(method, given)
    limit = method.limit(values, variant)
    latex = typeset.equation(method, limit, values, limit.coefficients(values))
    solution = core.flow(optimizer, "quadratic", start=(1.0, 0.6), duration=0.3, rtol=1e-11, variant=variant, **given)
    f, h, times = solution.objective, 1e-5, np.array([0.11, 0.2])
    for t in times:
        i = int(np.argmin(np.abs(solution.time - t)))
        t = solution.time[i]
        known = symbols_of(method, values) | {
            "a": values.get("a"),
            "b": values.get("b"),
            "t": t,
            "x": solution.position[i],
        }
        known |= {typeset.LETTERS[name]: solution.state[name][i] for name in solution.state}
        reader = Reader(known, lambda x: f.gradient(*x), lambda x: f.hessian(*x))
        lines = dict(reader.lines(latex))
        with np.errstate(all="ignore"):
            slope = reader.value(lines[r"\dot x"])
        ahead, behind = solution(np.array([t + h, t - h]))
        np.testing.assert_allclose(slope, (ahead - behind) / (2 * h), rtol=2e-3, atol=1e-5, err_msg=latex)
