"""What the house sees in its cameras' pictures by itself: whether a picture is one, how many people wait, whether counters are staffed.

Pictures come in, figures go out: no face is looked for, nobody is told from anybody else, and no picture is kept but the stills that people
ask for. Everything in `looks`, `health`, `reference`, `people` and `minutes` is pure; `watch` is the process.
"""
