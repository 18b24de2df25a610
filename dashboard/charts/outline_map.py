"""The real map: every province a link, both archipelagos always named, at most eight labels with leaders."""

from collections.abc import Sequence

from dashboard.charts.labels import Label, Wanted, place_labels
from dashboard.charts.markup import Markup, figure, joined, share, short, tag
from dashboard.charts.outline import ATTRIBUTION, WIDTH, Outline
from dashboard.charts.places import STEPS, Place, Scale, fill_class, scale_of
from dashboard.formats import number


def outline_map(outline: Outline, places: Sequence[Place], labelled: Sequence[str], title: str, lit: str = "") -> Markup:
    """`labelled` are unit keys, the most important first; `lit` says what the alarm's colour means ("dưới 80 điểm")."""
    by_gso, scale = {place.gso: place for place in places}, scale_of(places)
    at = {shape.gso: shape.inside for shape in outline.shapes}
    known = {place.unit: place for place in places if place.gso in at}
    chosen = [known[unit] for unit in labelled if unit in known]
    labels = place_labels(tuple(Wanted(one.unit, f"{one.name} {one.figure}", at[one.gso]) for one in chosen), outline)
    fills = [_province(shape.path, by_gso.get(shape.gso), scale, len(places)) for shape in outline.shapes]
    drawing = tag(
        "svg",
        _coast(outline),
        tag("g", *fills, class_="fills"),
        tag("g", *[_leader(label) for label in labels], class_="leaders", transform="scale(10)"),
        viewBox=_view(outline),
        role="group",
        aria_label=title,
    )
    names = [_name(label, known[label.key], outline) for label in labels]
    area = tag("div", drawing, *names, *_archipelagos(outline), class_="area", style=f"aspect-ratio:{short(WIDTH)}/{short(outline.height)}")
    key = map_key(scale, lit if any(place.state == "alarm" for place in places) else "", any(place.value is None for place in places))
    return tag("figure", area, key, tag("figcaption", ATTRIBUTION, class_="t0 i3"), class_="outline")


def bare_outline(outline: Outline) -> Markup:
    """The country without figures, for the login page."""
    paths = [tag("path", d=shape.path) for shape in outline.shapes]
    drawing = tag("svg", tag("g", *paths, class_="bare"), viewBox=_view(outline), role="img", aria_label="Bản đồ Việt Nam")
    style = f"aspect-ratio:{short(WIDTH)}/{short(outline.height)}"
    return tag("div", drawing, *_archipelagos(outline, with_owner=False), class_="area", style=style)


def map_key(scale: Scale, lit: str, has_gaps: bool) -> Markup:
    """What the fills mean: seven steps between two figures, the lit ones, the ones without a figure."""
    steps = tag("span", *[tag("i", class_=f"q{n}") for n in range(1, STEPS + 1)], class_="steps", aria_hidden="true")
    ends = tag("span", figure(number(scale.low)), figure(f"{number(scale.high)} điểm"), class_="ends")
    parts = [tag("span", steps, ends, class_="ramp")]
    parts += [tag("span", tag("i", class_="lit", aria_hidden="true"), lit)] if lit else []
    parts += [tag("span", tag("i", class_="none", aria_hidden="true"), "chưa báo cáo")] if has_gaps else []
    return tag("div", *parts, class_="mapkey t0")


def _province(path: str, place: Place | None, scale: Scale, units: int) -> Markup:
    if place is None:
        return tag("path", d=path, class_="none")
    words = place.words(units)
    shape = tag("path", d=path, class_=fill_class(place, scale))
    return tag("a", tag("title", words), shape, href=place.href, aria_label=words)


def _coast(outline: Outline) -> Markup:
    """One line under all fills, so that a pale or dark province keeps its coast."""
    return tag("path", d="".join(shape.path for shape in outline.shapes), class_="coast")


def _leader(label: Label) -> Markup:
    (ax, ay), (bx, by) = label.leader
    return joined([tag("line", x1=ax, y1=ay, x2=bx, y2=by), tag("circle", cx=ax, cy=ay, r=2.4)])


def _name(label: Label, place: Place, outline: Outline) -> Markup:
    x, y = label.at[0] / WIDTH, label.at[1] / outline.height
    css = f"lab {label.side}" + (" c-alarm" if place.state == "alarm" else "")
    style = f"left:{share(x)};top:{share(y)}" if label.side == "right" else f"right:{share(1 - x)};top:{share(y)}"
    return tag("span", place.name.replace(" ", "\u00a0"), " ", figure(place.figure), class_=css, style=style, aria_hidden="true")


def _archipelagos(outline: Outline, with_owner: bool = True) -> list[Markup]:
    found = []
    for one in outline.archipelagos:
        owner = one.owner.removeprefix("Thành phố ").removeprefix("Tỉnh ")
        lines = [tag("span", one.name, class_="nw")] + ([tag("span", f"({owner})", class_="nw")] if with_owner else [])
        style = f"left:{share(one.at[0] / WIDTH)};top:{share(one.at[1] / outline.height)}"
        found.append(tag("span", *lines, class_="isles", style=style))
    return found


def _view(outline: Outline) -> str:
    return f"0 0 {short(10 * WIDTH)} {short(10 * outline.height)}"
