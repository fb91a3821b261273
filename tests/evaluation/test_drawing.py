"""Figures as inline SVG: sizes, colours by role, ids."""

from __future__ import annotations

import re
import warnings
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.text import Text

from kerasapps.evaluation import drawing


def drawn(*, colours=(drawing.TRAIN,), name="n", title="t", width=200, height=100, label="up"):
    """An SVG of one line a colour, in the report's style."""
    with mpl.rc_context(drawing.STYLE):
        figure, axes = drawing.make_figure(width, height)
        for place, colour in enumerate(colours):
            axes.plot([0, 1], [place, -place - 1], color=colour, label=label)
        axes.set_xlabel("$x$ in µs")
        axes.legend()
        return drawing.inline_svg(figure, name, title)


def styles(svg, tag, role=""):
    found = re.findall(rf'<{tag} [^>]*style="([^"]*)"', svg)
    return [each for each in found if role in each]


def test_the_svg_is_as_large_as_asked_and_named():
    root = ElementTree.fromstring(drawn(width=250, height=125, name="abc", title="A &lt; B"))
    shown = {key: root.get(key) for key in ("viewBox", "width", "height", "class", "role")}
    assert shown == {
        "viewBox": "0 0 250 125", "width": "250", "height": "125", "class": "chart", "role": "img",
    }  # fmt: skip
    assert root.get("aria-labelledby") == root[0].get("id") == "abc-title"
    assert root[0].tag == "title" and root[0].text == "A < B"


@pytest.mark.parametrize(
    ("colour", "variable"),
    [
        (drawing.INK, "--muted"),
        (drawing.GRID, "--line"),
        (drawing.TRAIN, "--series-train"),
        (drawing.VALIDATION, "--series-validation"),
        (drawing.GOOD, "--good"),
        (drawing.BAD, "--bad"),
        *((colour, f"--ramp-{level}") for level, colour in enumerate(drawing.RAMP, start=1)),
    ],
)
def test_each_role_is_a_variable_of_the_page(colour, variable):
    paths = styles(drawn(colours=[colour]), "path", f"stroke: var({variable})")
    assert any("stroke-width: 1.5" in each for each in paths), "a line of the chart, no grid line"


def test_only_horizontal_grid_lines_and_the_axis_below():
    with mpl.rc_context(drawing.STYLE):
        figure, axes = drawing.make_figure(300, 100)
        axes.set(xlim=(0, 100), ylim=(0, 60))
        figure.draw_without_rendering()
        assert [side for side, spine in axes.spines.items() if spine.get_visible()] == ["bottom"]
        assert [line.get_visible() for line in axes.yaxis.get_gridlines()] == [True] * 7
        assert not any(line.get_visible() for line in axes.xaxis.get_gridlines())
        assert axes.get_axisbelow() and figure.get_layout_engine() is not None
        assert len(axes.get_yticks()) == 7, "at most six parts"
        ticks = [*axes.xaxis.get_major_ticks(), *axes.yaxis.get_major_ticks()]
        assert {tick._size for tick in ticks} == {0}
        assert {tick.get_pad() for tick in axes.xaxis.get_major_ticks()} == {6}
        assert {tick.get_pad() for tick in axes.yaxis.get_major_ticks()} == {5}
        axes.plot([0, 1], label="a")
        assert not axes.legend().get_frame_on()
        labels = [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
        assert {(each.get_color(), each.get_fontsize()) for each in labels} == {(drawing.INK, 11)}
        assert {spine.get_edgecolor() for spine in axes.spines.values()} == {
            mpl.colors.to_rgba(drawing.GRID)
        }
        assert axes.yaxis.get_gridlines()[0].get_color() == drawing.GRID


def test_labels_are_text_in_the_fonts_of_the_page():
    svg = drawn(label="grün $\\alpha$ 猫")
    texts = [each.text for each in ElementTree.fromstring(svg).iter("text")]
    assert {"grün $\\alpha$ 猫", "$x$ in µs", "0.5", "−1.0"} <= set(texts), texts
    assert "font-family" not in svg and "<style" not in svg and "<metadata" not in svg
    assert "rotate(-0" not in svg


def test_signs_that_matplotlib_has_no_shape_for_are_no_warning_and_others_are():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(label="猫")
    with mpl.rc_context(drawing.STYLE):
        figure, _ = drawing.make_figure(100, 100)
        figure.add_artist(Warns())
        with pytest.warns(UserWarning, match="something else"):
            drawing.inline_svg(figure, "n", "t")


class Warns(Text):
    """Warns when it is drawn."""

    def draw(self, renderer):
        warnings.warn("something else", stacklevel=1)


def test_nothing_is_painted_behind_the_chart():
    assert not styles(drawn(), "path", "fill: #ffffff")
    assert "#" not in re.sub(r'href="#|url\(#', "", drawn()), "neither a colour nor a dead link"


def test_ids_carry_the_charts_name_and_are_all_referred_to():
    svg = drawn(name="one")
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) and all(each.startswith("one-") for each in ids)
    links = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert links and links | {"one-title"} == set(ids)
    assert "xlink" not in svg


def test_the_same_chart_is_the_same_text():
    assert drawn() == drawn()
