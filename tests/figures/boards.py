"""Made-up rankings for the tests of computed ranks: small definitions, and inputs with everything that can be wrong with them."""

from hypothesis import strategies as st

from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs
from dashboard.figures.rates import Rate
from dashboard.periods import Period

EARLIER = Period.parse("2025-09")
UNITS = st.text(alphabet="abcdefgh", min_size=1, max_size=2)

VALUES = st.integers(0, 400).map(lambda quarters: quarters / 4)
RATES = st.integers(0, 60).flatmap(lambda whole: st.builds(Rate, st.integers(0, whole), st.just(whole)))
GIVEN = st.one_of(
    st.builds(Input, VALUES),
    st.builds(Input, VALUES, late=st.just(EARLIER)),
    RATES.map(Input.of),
    RATES.map(lambda rate: Input.of(rate, EARLIER)),
)


@st.composite
def components(draw: st.DrawFn, key: str) -> Component:
    low = draw(st.integers(0, 40))
    return Component(
        key,
        float(draw(st.integers(1, 5))),
        float(low),
        float(draw(st.integers(low + 10, 100))),
        draw(st.sampled_from(["higher", "lower"])),
        draw(st.sampled_from([0, 10])),
        draw(st.sampled_from(["excluded", "worst", "carried"])),
        draw(st.sampled_from(["excluded", "worst"])),
    )


@st.composite
def definitions(draw: st.DrawFn, most: int = 4) -> Definition:
    return Definition(tuple(draw(components(f"i{place}")) for place in range(draw(st.integers(1, most)))))


def inputs_of(definition: Definition, given: st.SearchStrategy[Input] = GIVEN, some: bool = True) -> st.SearchStrategy[Inputs]:
    """The inputs of a unit; with `some`, any of them may be missing."""
    keys = {component.indicator: given for component in definition.components}
    return st.fixed_dictionaries({}, optional=keys) if some else st.fixed_dictionaries(keys)


@st.composite
def rankings(draw: st.DrawFn, some: bool = True) -> tuple[Definition, dict[str, Inputs]]:
    """A definition and the inputs of some units; without `some`, everything is there and on time, and no rate is too small."""
    definition = draw(definitions())
    given = GIVEN if some else st.builds(Input, VALUES)
    return definition, draw(st.dictionaries(UNITS, inputs_of(definition, given, some), min_size=1, max_size=10))
